"""The files of a submission: modules and notebooks in a folder, and what lies beside a file.

No link is followed, nor a Windows junction: neither when a folder is looked through nor later, when a file in it is
read, by which time somebody may have put a link in its place. A path that was typed may itself be a link. What the
files mean is left to others.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from grader.errors import SubmissionError
from grader.submission.bounds import MAX_DEPTH, MAX_ENTRIES, MAX_FILE, MAX_FILES, MIB

ENDINGS = (".py", ".ipynb")
MISNAMED = (".py.txt", ".ipynb.txt", ".ipynb.json")  # what some browsers and editors make of them
# Besides what begins with a dot: .git, .venv, .ipynb_checkpoints, .DS_Store, and macOS's ._losses.py.
SKIPPED = frozenset({"__MACOSX", "__pycache__", "node_modules", "site-packages", "venv", "Thumbs.db"})
HAS_FOLDERS = os.open in os.supports_dir_fd  # whether a file can be opened as seen from an open folder
# To open a pipe would wait for its other end; Windows would translate line ends.
PLAIN = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
NO_LINK = PLAIN | getattr(os, "O_NOFOLLOW", 0)
FOLDER = getattr(os, "O_DIRECTORY", 0)


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a submission: its path inside, in posix form, and how to get its bytes."""

    name: str
    size: int  # bytes, as far as known before reading
    read: Callable[[], bytes]


@dataclass(slots=True)
class Found:
    """What was found in a folder, what cannot be looked at, and how many entries were looked at."""

    members: list[Member] = field(default_factory=list)
    problems: list[SubmissionError] = field(default_factory=list)
    visited: int = 0


def named(path: Path) -> Member:
    """Return a file that was named: it may be a link."""
    return Member(path.name, path.stat().st_size, partial(read_named, path))


def walk(folder: Path, apart: Collection[str] = ()) -> Found:
    """Find the modules and notebooks below a folder: its own, then those of the folders in it, then what is deeper.

    Args:
        folder: where to look.
        apart: the names of folders in it that are not looked into.

    Raises:
        SubmissionError: the folder cannot be looked through.
    """
    found = Found()
    waiting: deque[tuple[str, ...]] = deque([()])
    while waiting:
        parts = waiting.popleft()
        if len(parts) > MAX_DEPTH:
            where = "/".join(parts[:3])
            told = f"{where}: more than {MAX_DEPTH} folders in one another; what is deeper is not looked into"
            found.problems.append(SubmissionError(told))
            break  # all that wait lie as deep
        files, folders = entries(folder, parts, found)
        found.members += files
        if found.visited > MAX_ENTRIES or len(found.members) > MAX_FILES:
            what = f"{MAX_FILES} modules and notebooks" if len(found.members) > MAX_FILES else f"{MAX_ENTRIES:,} files"
            told = f"{folder}: more than {what}; the others are not looked into; name the folder with the answers"
            found.problems.insert(0, SubmissionError(told))
            del found.members[MAX_FILES:]
            break
        waiting += [(*parts, name) for name in folders if parts or name not in apart]
    return found


def neighbours(folder: Path) -> Found:
    """Find the modules in a folder, and those in packages in it.

    There may be any number of files that have nothing to do with the one that was handed in: beyond some of them
    none counts.
    """
    found = Found()
    try:
        files, folders = entries(folder, (), found)
        inside = [file for name in folders for file in entries(folder, (name,), found)[0]]
    except SubmissionError as problem:
        return Found(problems=[problem])
    members = [file for file in (*files, *inside) if file.name.endswith(".py")]
    if len(members) > MAX_FILES or found.visited > MAX_ENTRIES:
        return Found(
            problems=[SubmissionError(f"{folder}: too many files beside the one that is named; it stands alone")]
        )
    return Found(members)


def entries(root: Path, parts: tuple[str, ...], found: Found) -> tuple[list[Member], list[str]]:
    """Return the modules and notebooks in a folder, and the folders in it, sorted.

    Raises:
        SubmissionError: it is the folder that was named, and cannot be looked through.
    """
    files: list[Member] = []
    folders: list[str] = []
    try:
        with os.scandir(root.joinpath(*parts)) as listed:
            for entry in listed:
                found.visited += 1
                if found.visited > MAX_ENTRIES:
                    break
                if entry.name == "pyvenv.cfg":  # an installed Python, and nobody's answers
                    return [], []
                if is_folder(entry):
                    folders.append(entry.name)
                elif entry.is_symlink() and entry.name.lower().endswith(ENDINGS):
                    where = "/".join((*parts, entry.name))
                    found.problems.append(
                        SubmissionError(f"{where}: a link, which is not followed; put the file there")
                    )
                elif entry.name.lower().endswith(MISNAMED):
                    right, _, end = entry.name.rpartition(".")
                    where = "/".join((*parts, entry.name))
                    found.problems.append(
                        SubmissionError(f"{where}: it ends in .{end}; if it is an answer, name it {right}")
                    )
                elif entry.name.lower().endswith(ENDINGS) and entry.is_file(follow_symlinks=False):
                    inside = (*parts, entry.name)
                    files.append(Member("/".join(inside), size_of(entry), partial(read_inside, root, inside)))
    except OSError as error:
        problem = SubmissionError(f"{'/'.join(parts) or root}: {error.strerror or error}; it cannot be looked through")
        if not parts:
            raise problem from error
        found.problems.append(problem)
    return sorted(files, key=lambda file: file.name), sorted(folders)


def size_of(entry: os.DirEntry[str]) -> int:
    """Return a file's size in bytes; 0 where it has just vanished, which reading will tell."""
    with contextlib.suppress(OSError):
        return entry.stat(follow_symlinks=False).st_size
    return 0


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether this is a folder to look into: no link, and nothing that is hidden or comes from tools."""
    return (
        entry.name not in SKIPPED
        and not entry.name.startswith(".")
        and entry.is_dir(follow_symlinks=False)
        and not is_junction(entry.path)
    )


def is_junction(path: str) -> bool:
    """Whether this is Windows' other kind of a link, which may lead anywhere."""
    return os.name == "nt" and bool(
        getattr(os.lstat(path), "st_file_attributes", 0) & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)
    )


# -- reading ----------------------------------------------------------------------------------------------


def read_named(path: Path, most: int = MAX_FILE) -> bytes:
    """Return the bytes of a file that was named.

    Raises:
        OSError: it cannot be read, or is no ordinary file.
        SubmissionError: it holds more than ``most`` bytes.
    """
    return read_open(os.open(path, PLAIN), path.name, most)


def read_inside(root: Path, parts: tuple[str, ...]) -> bytes:
    """Return the bytes of a file in a folder that was named; no part of the way may be a link.

    Raises:
        OSError: it cannot be read, is a link or no ordinary file.
        SubmissionError: it is larger than anything that is read.
    """
    if not HAS_FOLDERS:
        refuse_links(root, parts)
        return read_open(os.open(root.joinpath(*parts), NO_LINK), parts[-1], MAX_FILE)
    folder = os.open(root, PLAIN | FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, NO_LINK | FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return read_open(os.open(parts[-1], NO_LINK, dir_fd=folder), parts[-1], MAX_FILE)
    finally:
        os.close(folder)


def read_open(file: int, name: str, most: int) -> bytes:
    """Return the bytes of an open file, and close it; one that grows meanwhile is not followed to its end."""
    with os.fdopen(file, "rb") as stream:
        found = os.fstat(file)
        if not stat.S_ISREG(found.st_mode):
            raise OSError(None, "this is no ordinary file")
        if found.st_size > most:
            raise SubmissionError(f"{name}: larger than {most // MIB} MiB; hand in only the answers")
        data = stream.read(found.st_size + 1)
    if len(data) > found.st_size:
        raise OSError(None, "it was changed while it was read")
    return data


def refuse_links(root: Path, parts: Iterable[str]) -> None:
    """Refuse a path on which there is a link, where the system cannot refuse it by itself.

    Raises:
        OSError: there is one.
    """
    for path in steps(root, parts):
        if path.is_symlink() or is_junction(str(path)):
            raise OSError(None, "a link is not followed")


def steps(root: Path, parts: Iterable[str]) -> Iterator[Path]:
    """Yield each path on the way to a file."""
    path = root
    for part in parts:
        path /= part
        yield path
