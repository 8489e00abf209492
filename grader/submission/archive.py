"""Read the files of a zip that a stranger handed in.

Nothing is unpacked to disk and no link is followed: a file is a name and the way to its bytes. What a header says
is checked before anything is unpacked, and checked again while it is: a header may lie. What the files mean is left
to others.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO
from unicodedata import category, normalize
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from grader.errors import SubmissionError, plain
from grader.submission.bounds import MAX_DEPTH, MAX_FILE, MIB
from grader.submission.files import SKIPPED, Member, read_named

MAX_PACKED = 64 * MIB  # a zip; it is kept in memory while its members are
MAX_LISTS = 2 * MIB  # the lists of entries, those of zips inside included; 10,000 entries take about 1 MiB
MAX_ENTRIES = 10_000  # of all kinds, those of zips inside included
MAX_NAME = 1024  # characters of a path; to normalise a name takes the square of its length
MAX_UNPACKED = 200 * MIB  # all that would be read, zips inside included
MAX_RATIO = 100  # unpacked to packed
RATIO_FROM = 1 * MIB  # unpacked; what is smaller does no harm, however well it packs
MAX_SHOWN = 80  # characters of a name in a message
CHUNK = 1 << 16
LOCAL_HEADER, LIST_ENTRY = 30, 46  # bytes without the name and what else is of any length
UTF8, ENCRYPTED = 0x800, 0x1  # flag bits
# What zipfile lets out on bytes that somebody forged; RuntimeError includes NotImplementedError.
DAMAGE = (BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, RuntimeError, OverflowError)
# How files begin that are handed in as a zip, in lower case.
KINDS = {
    b"\x1f\x8b": "a gzip file",
    b"rar!": "a RAR archive",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"%pdf": "a PDF file",
    b"<!doctype html": "a web page",
    b"<html": "a web page",
    b"{": "a notebook or another JSON file",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a zip: how messages name it, and what is needed to unpack it."""

    path: Path
    where: str
    archive: ZipFile
    info: ZipInfo

    def read(self) -> bytes:
        """Unpack the file.

        Raises:
            SubmissionError: it is damaged, or its header lies about its size.
        """
        try:
            with self.archive.open(self.info) as stream:
                return b"".join(chunks(stream, self.info.file_size))
        except DAMAGE as error:
            raise self.refused("is damaged; make the zip again, and hand that in") from error

    def refused(self, why: str) -> SubmissionError:
        """Return the error that names this file."""
        return SubmissionError(f"{self.path}: {shown(self.where)} {why}")


@dataclass(slots=True)
class Tally:
    """What a zip and the zips inside it hold together, as far as they were looked at."""

    entries: int = 0
    lists: int = 0
    unpacked: int = 0


class ListTooLongError(Exception):
    """A zip's list of its entries is longer than those that are read."""


class Packed(io.BytesIO):
    """A zip's bytes, which are not read in longer pieces than a list may be.

    zipfile reads the list of entries in one piece, and makes an object of each entry before they can be counted.
    The length of that piece may be written in several places of a file; this is where it is the one that counts.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """Read as usual, unless it is too much."""
        if size is not None and size > MAX_LISTS:
            raise ListTooLongError
        return super().read(size)


def zip_members(path: Path, wanted: Collection[str] = (".py", ".ipynb")) -> list[Member]:
    """Return the files of a zip, and of the zips in it, whose names end with one of ``wanted``, sorted by name.

    The files of ``week4.zip`` inside are named ``week4/...``; a zip in that one is ignored. As in a folder, what is
    hidden or comes from tools is skipped. Case does not count in endings.

    Raises:
        SubmissionError: the zip cannot be read, or is one that only an attacker makes. A member's ``read`` raises
            it as well, since what is packed is first looked at there.
    """
    endings = tuple(ending.lower() for ending in wanted)
    members = list(find_members(path, read_packed(path), endings, Tally()))
    refuse_twins(path, members)
    return sorted(members, key=lambda member: member.name)


def read_packed(path: Path) -> bytes:
    """Return the zip as it is."""
    try:
        if path.exists() and not path.is_file():
            raise SubmissionError(f"{path}: this is not a file; name the zip that was handed in")
        if path.stat().st_size > MAX_PACKED:
            raise SubmissionError(f"{path}: more than {MAX_PACKED // MIB} MiB; hand in only the answers, without data")
        return read_named(path, MAX_PACKED)
    except OSError as error:
        raise SubmissionError(f"{path}: {error.strerror or error}; name a zip that can be read") from error


def find_members(path: Path, data: bytes, endings: tuple[str, ...], tally: Tally, inside: str = "") -> Iterator[Member]:
    """Yield the files of one zip; ``inside`` is its name where it is in another."""
    folder = inside[: -len(".zip")] + "/" if inside else ""
    archive = open_zip(path, data, tally, inside)
    check_places(path, archive, inside)
    for name, entry in files(path, archive, inside):
        is_zip = name.lower().endswith(".zip")
        if (is_zip and inside) or not (is_zip or name.lower().endswith(endings)):
            continue
        check_packing(entry, name)
        tally.unpacked += entry.info.file_size  # reading never gives more than this, so it bounds that as well
        if tally.unpacked > MAX_UNPACKED:
            raise entry.refused(f"makes it more than {MAX_UNPACKED // MIB} MiB unpacked; hand in only the answers")
        if is_zip:
            yield from find_members(path, entry.read(), endings, tally, name)
        else:
            yield Member(folder + name, entry.info.file_size, entry.read)


def open_zip(path: Path, data: bytes, tally: Tally, inside: str) -> ZipFile:
    """Open a zip whose list of entries is not too long."""
    too_long = SubmissionError(f"{path}: its list of files is too long; hand in only the answers")
    try:
        archive = ZipFile(Packed(data))
    except ListTooLongError as error:
        raise too_long from error
    except DAMAGE as error:
        raise SubmissionError(f"{path}: {shown(inside) or 'this'} {why_no_zip(data)}") from error
    entries = archive.infolist()
    tally.lists += sum(LIST_ENTRY + len(e.orig_filename) + len(e.extra) + len(e.comment) for e in entries)
    if tally.lists > MAX_LISTS:
        raise too_long
    tally.entries += len(entries)
    if tally.entries > MAX_ENTRIES:
        raise SubmissionError(f"{path}: more than {MAX_ENTRIES:,} files; hand in only the answers")
    return archive


def check_places(path: Path, archive: ZipFile, inside: str) -> None:
    """Refuse entries whose bytes overlap.

    Thousands of entries that share one piece of packed data are a bomb whose every header is true.
    """
    for first, second in pairwise(sorted(archive.infolist(), key=lambda info: info.header_offset)):
        if first.header_offset + LOCAL_HEADER + first.compress_size > second.header_offset:
            where = join(inside, read_name(second))
            raise SubmissionError(f"{path}: {shown(where)} shares its bytes with another file; make the zip again")


def files(path: Path, archive: ZipFile, inside: str) -> Iterator[tuple[str, Entry]]:
    """Yield what is neither a folder nor skipped, with its path inside.

    Raises:
        SubmissionError: an entry's name leads out of the zip, or what would be yielded is no ordinary file.
    """
    for info in archive.infolist():
        raw = read_name(info)
        entry = Entry(path, join(inside, raw), archive, info)
        parts = [part for part in raw.split("/") if part not in ("", ".")]
        if len(info.orig_filename) > MAX_NAME:
            raise entry.refused(f"has a name of more than {MAX_NAME:,} characters; rename the file")
        if raw.startswith("/") or re.match("[A-Za-z]:", raw) or ".." in parts:
            raise entry.refused("has a name that leads out of the zip; zip the folder of the answers again")
        if len(parts) > MAX_DEPTH:
            raise entry.refused(f"lies more than {MAX_DEPTH} folders deep; zip only the folder with the answers")
        if raw.endswith("/") or any(part in SKIPPED or part.startswith(".") for part in parts):
            continue
        kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == 3 else 0  # 3: made on Unix
        if kind == stat.S_IFLNK:
            raise entry.refused("is a symbolic link; put the file itself into the zip")
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise entry.refused("is a device or a pipe, not a file; leave it out of the zip")
        if kind != stat.S_IFDIR:
            yield "/".join(parts), entry


def read_name(info: ZipInfo) -> str:
    """Return an entry's name in NFC with ``/`` between its parts, whatever program wrote it."""
    name = info.orig_filename[: MAX_NAME + 1]  # zipfile cuts the other one at a null character
    if not info.flag_bits & UTF8:
        name = decode_name(name.encode("cp437"))  # what zipfile took it for; all bytes have a character there
    # Only now: in code page 932 a backslash may be the second half of a character.
    return normalize("NFC", name.replace("\\", "/"))


def join(inside: str, name: str) -> str:
    """Return how messages name a file of a zip that may be inside another."""
    return f"{inside}/{name}" if inside else name


def decode_name(raw: bytes) -> str:
    """Decode a name that does not say how: few texts that are not UTF-8 pass for it, so that is tried first."""
    for encoding in ("utf-8", "cp932"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def check_packing(entry: Entry, name: str) -> None:
    """Refuse what cannot be unpacked or should not be, by its header alone."""
    info = entry.info
    if any(category(character) == "Cc" for character in name):
        raise entry.refused("has control characters in its name; rename the file")
    if info.flag_bits & ENCRYPTED:
        raise entry.refused("is encrypted, and the password cannot be known; make the zip again without one")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        # zipfile knows bzip2 and LZMA as well, but unpacks them in pieces of any size.
        raise entry.refused("is packed by an unusual method; make the zip again with the usual one, Deflate")
    if info.file_size > MAX_FILE:
        size = f"{info.file_size // MIB:,} MiB unpacked, and {MAX_FILE // MIB} MiB are read at most"
        raise entry.refused(f"is {size}; clear all outputs of a notebook, or leave the file out")
    # A notebook that printed "loss nan" in each of a million steps packs to a hundredth or less, and is no attack:
    # for notebooks only the sizes count. Nobody writes a megabyte of such Python, and a zip in a zip hardly packs.
    is_notebook = name.lower().endswith(".ipynb")
    if not is_notebook and info.file_size > max(RATIO_FROM, MAX_RATIO * info.compress_size):
        raise entry.refused(f"is more than {MAX_RATIO} times its packed size, as no answer is; leave the file out")


def chunks(stream: IO[bytes], size: int) -> Iterator[bytes]:
    """Yield what a stream holds piece by piece, which must be ``size`` bytes together.

    zipfile stops at that size as well, but does not promise it.
    """
    while chunk := stream.read(CHUNK):
        size -= len(chunk)
        if size < 0:
            raise BadZipFile("more bytes than the header says")
        yield chunk
    if size:
        raise BadZipFile("fewer bytes than the header says")


def refuse_twins(path: Path, members: list[Member]) -> None:
    """Refuse two files of one name: programs differ in which they take, so a person may see one that is not graded."""
    seen: dict[str, str] = {}
    for member in members:
        key = normalize("NFC", member.name.casefold())
        if key in seen:
            both = f"{shown(seen[key])} and {shown(member.name)}"
            raise SubmissionError(f"{path}: it is unclear which of {both} counts; leave one of them out")
        seen[key] = member.name


def why_no_zip(data: bytes) -> str:
    """Return what is the matter with bytes that zipfile cannot read, and what to do."""
    if not data:
        return "is an empty file; hand in the zip again"
    head = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    kinds = [kind for magic, kind in KINDS.items() if head.startswith(magic)]
    if data[257:262] == b"ustar":
        kinds.append("a tar archive")
    if kinds:
        return f"is {kinds[0]}, not a zip; put the answers into a zip, and hand that in"
    if head.startswith(b"pk"):
        return "is a zip that was cut short or damaged; hand it in again"
    return "is not a zip; put the answers into a zip, and hand that in"


def shown(name: str) -> str:
    """Return a stranger's name as messages may show it: no character that steers a terminal, and not too long."""
    text = plain(name[:MAX_SHOWN])
    return text if len(name) <= MAX_SHOWN else text[:-1] + "…"
