"""Reading zips that strangers hand in."""

import io
import os
import random
import stat
import struct
import tracemalloc
import unicodedata
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.submission.archive import (
    MAX_ENTRIES,
    MAX_FILE,
    MAX_NAME,
    MAX_PACKED,
    MAX_SHOWN,
    MIB,
    Member,
    chunks,
    zip_members,
)

ENTRY = b"PK\x01\x02"  # begins an entry of a zip's list
FLAGS, METHOD, PACKED_SIZE, SIZE, OFFSET = (8, "H"), (10, "H"), (20, "L"), (24, "L"), (42, "L")
UNIX, WINDOWS = 3, 0


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip as zipfile makes it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def forged(data: bytes, field: tuple[int, str], *values: int) -> bytes:
    """Return a zip with a field of its first entries set to something else."""
    out, place = bytearray(data), 0
    for value in values:
        place = out.index(ENTRY, place)
        struct.pack_into("<" + field[1], out, place + field[0], value)
        place += len(ENTRY)
    return bytes(out)


def with_mode(name: str, mode: int, system: int = UNIX) -> bytes:
    """Return a zip with one entry of this Unix mode."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = system, mode << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def with_raw_name(raw: bytes, content: bytes = b"") -> bytes:
    """Return a zip with one entry of this name, without the UTF-8 flag."""
    return packed({"X" * len(raw): content}).replace(b"X" * len(raw), raw)


def long_list(entries: int, extra: bytes = b"") -> bytes:
    """Return a zip that is a list of entries and nothing else."""
    entry = struct.pack("<4s6H3L5H2L", ENTRY, 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, len(extra), 0, 0, 0, 0, 0) + b"a" + extra
    size = entries * len(entry)
    return entry * entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, size, 0, 0)


def members(folder: Path, data: bytes, *wanted: str) -> dict[str, Member]:
    """Read these bytes as a zip that was handed in."""
    path = folder / "hand.zip"
    path.write_bytes(data)
    found = zip_members(path, wanted) if wanted else zip_members(path)
    return {member.name: member for member in found}


def refusal(folder: Path, data: bytes) -> str:
    """Return the sentence about a zip that is refused, without its path."""
    with pytest.raises(SubmissionError) as caught:
        members(folder, data)
    start = f"{folder / 'hand.zip'}: "
    assert str(caught.value).startswith(start)
    return str(caught.value).removeprefix(start)


# -- what is found ----------------------------------------------------------------------------------------


def test_wanted_files_come_sorted_with_their_sizes_and_bytes(tmp_path):
    data = packed({"b/nets.IPYNB": b"{}", "a.py": b"x = 1\n", "notes.txt": b"", "b/": b"", "c.py/": b""})

    found = members(tmp_path, data)

    assert [(m.name, m.size, m.read()) for m in found.values()] == [("a.py", 6, b"x = 1\n"), ("b/nets.IPYNB", 2, b"{}")]


def test_other_endings_can_be_asked_for(tmp_path):
    data = packed({"a.py": b"", "notes.TXT": b""})

    assert list(members(tmp_path, data, ".txt")) == ["notes.TXT"]


def test_a_member_can_be_read_twice_and_after_the_file_is_gone(tmp_path):
    found = members(tmp_path, packed({"a.py": b"x"}))

    (tmp_path / "hand.zip").unlink()

    assert found["a.py"].read() == found["a.py"].read() == b"x"


def test_a_zip_written_to_a_pipe_is_read(tmp_path):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = b""

        def writable(self):
            return True

        def write(self, data):
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.py", b"x = 1\n")

    assert members(tmp_path, pipe.data)["a.py"].read() == b"x = 1\n"


def test_an_empty_zip_holds_nothing(tmp_path):
    assert members(tmp_path, packed({})) == {}


TOOLS = [
    "__MACOSX/a.py",
    "x/__MACOSX/._a.py",
    "._a.py",
    ".DS_Store",
    "Thumbs.db",
    ".git/hooks/a.py",
    ".ipynb_checkpoints/a-checkpoint.ipynb",
    "__pycache__/a.py",
    "web/node_modules/a.py",
    "venv/lib/a.py",
    ".venv/lib/a.py",
    "._week4.zip",
]


@pytest.mark.parametrize("name", TOOLS)
def test_what_tools_leave_behind_is_skipped(tmp_path, name):
    data = packed({name: b"", "a.py": b""})

    assert list(members(tmp_path, data, ".py", ".ipynb", ".db", "_Store")) == ["a.py"]


def test_links_of_an_environment_are_skipped_with_it(tmp_path):
    data = with_mode(".venv/bin/python", stat.S_IFLNK | 0o777)

    assert members(tmp_path, data) == {}


def test_nothing_is_written_to_disk(tmp_path):
    for member in members(tmp_path, packed({"a.py": b"x", "b.zip": packed({"c.py": b""})})).values():
        member.read()

    assert os.listdir(tmp_path) == ["hand.zip"]


# -- zips inside ------------------------------------------------------------------------------------------


def test_a_zip_inside_is_unpacked_under_its_name(tmp_path):
    data = packed({"x/week4.ZIP": packed({"deep/a.py": b"a"}), "b.py": b"b"})

    found = members(tmp_path, data)

    assert {name: member.read() for name, member in found.items()} == {"b.py": b"b", "x/week4/deep/a.py": b"a"}


def test_a_zip_in_a_zip_inside_is_ignored(tmp_path):
    data = packed({"1.zip": packed({"2.zip": packed({"a.py": b""}), "b.py": b""})})

    assert list(members(tmp_path, data)) == ["1/b.py"]


def test_what_is_wrong_in_a_zip_inside_is_named_with_both_names(tmp_path):
    data = packed({"week4.zip": packed({"../a.py": b""})})

    assert refusal(tmp_path, data).startswith("week4.zip/../a.py has a name that leads out")


def test_a_zip_inside_that_is_none_is_named(tmp_path):
    data = packed({"week4.zip": b"\x1f\x8b"})

    assert refusal(tmp_path, data).startswith("week4.zip is a gzip file, not a zip")


# -- names ------------------------------------------------------------------------------------------------

OUTSIDE = ["../a.py", "x/../../a.py", "/a.py", "//server/a.py", "C:/a.py", "c:a.py", "x\\..\\a.py", "\\\\server\\a.py"]


@pytest.mark.parametrize("name", [*OUTSIDE, "C:\\a.py", "..\\a.txt", "__MACOSX/../a.py", "../", ".."])
def test_a_name_that_leads_out_refuses_the_whole_zip(tmp_path, name):
    data = packed({"good.py": b"", name: b""})

    assert "has a name that leads out of the zip" in refusal(tmp_path, data)


def test_backslashes_separate_as_slashes_do(tmp_path):
    data = packed({"week4\\a.py": b"", "__MACOSX\\b.py": b"", "folder\\": b""})

    assert list(members(tmp_path, data)) == ["week4/a.py"]


def test_dots_and_doubled_slashes_are_dropped(tmp_path):
    assert list(members(tmp_path, packed({"./x//a.py": b""}))) == ["x/a.py"]


RAW_NAMES = {
    "UTF-8 without its flag": ("é.py".encode(), "é.py"),
    "Shift_JIS": ("課題.py".encode("cp932"), "課題.py"),
    "Shift_JIS with backslashes in characters": ("ソフト表.py".encode("cp932"), "ソフト表.py"),
    "Shift_JIS with a backslash between": ("課題\\表.py".encode("cp932"), "課題/表.py"),
    "neither": ("Füße-Ä.py".encode("cp437"), "Füße-Ä.py"),
}


@pytest.mark.parametrize("case", RAW_NAMES)
def test_a_name_without_the_utf8_flag_is_decoded(tmp_path, case):
    raw, name = RAW_NAMES[case]

    found = members(tmp_path, with_raw_name(raw, b"x = 1\n"))

    assert {name: member.read() for name, member in found.items()} == {name: b"x = 1\n"}


def test_names_from_macos_are_composed(tmp_path):
    name = unicodedata.normalize("NFD", "ガウス.py")

    assert list(members(tmp_path, packed({name: b""}))) == ["ガウス.py"]


TWINS = {
    "in case": ("losses.py", "Losses.PY"),
    "in composition": (unicodedata.normalize("NFD", "ガウス.py"), "ガウス.py"),
    "in separators": ("x/a.py", "x\\a.py"),
}


@pytest.mark.parametrize("case", TWINS)
def test_two_files_of_one_name_are_refused(tmp_path, case):
    data = packed(dict.fromkeys(TWINS[case], b""))

    assert "counts; leave one of them out" in refusal(tmp_path, data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_occurs_twice_is_refused(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.py", "1")
        archive.writestr("a.py", "2")

    assert refusal(tmp_path, out.getvalue()).startswith("it is unclear which of a.py and a.py counts")


def test_a_folder_handed_in_beside_its_zip_is_refused(tmp_path):
    data = packed({"week4/a.py": b"", "week4.zip": packed({"a.py": b""})})

    assert "week4/a.py and week4/a.py" in refusal(tmp_path, data)


def test_twins_of_no_interest_are_no_matter(tmp_path):
    data = packed({"a.py": b"", "readme.txt": b"", "README.txt": b""})

    assert list(members(tmp_path, data)) == ["a.py"]


def test_messages_show_names_without_control_characters_and_cut(tmp_path):
    data = packed({"../\x1b[31m\u202e\u3000" + "課" * 100 + ".py": b""})

    name = refusal(tmp_path, data).partition(" has ")[0]

    assert name.startswith("../?[31m?\u3000課課")
    assert name.endswith("課…")
    assert len(name) == MAX_SHOWN


@pytest.mark.parametrize("name", ["a\x1b.py", "a\n.py", "a\x7f.py", "a.txt\x00.py"])
def test_a_wanted_name_with_control_characters_is_refused(tmp_path, name):
    data = with_raw_name(name.encode())

    assert "has control characters in its name" in refusal(tmp_path, data)


def test_a_null_character_hides_no_ending(tmp_path):
    assert members(tmp_path, with_raw_name(b"a.py\x00.txt")) == {}


def test_a_very_long_name_is_refused(tmp_path):
    data = packed({"a\u0301\u0316" * MAX_NAME + ".py": b""})

    assert "has a name of more than 1,024 characters" in refusal(tmp_path, data)


# -- what is no ordinary file -----------------------------------------------------------------------------


def test_a_symbolic_link_is_refused(tmp_path):
    data = with_mode("losses.py", stat.S_IFLNK | 0o777)

    assert refusal(tmp_path, data) == "losses.py is a symbolic link; put the file itself into the zip"


@pytest.mark.parametrize("kind", [stat.S_IFBLK, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK])
def test_a_device_is_refused(tmp_path, kind):
    assert "x is a device or a pipe" in refusal(tmp_path, with_mode("x", kind | 0o600))


def test_modes_mean_nothing_in_a_zip_from_windows(tmp_path):
    data = with_mode("losses.py", stat.S_IFLNK | 0o777, WINDOWS)

    assert list(members(tmp_path, data)) == ["losses.py"]


@pytest.mark.parametrize(
    "name, mode, system", [("a.py", stat.S_IFDIR, UNIX), ("a.py/", 0, WINDOWS), ("a.py\\", 0, WINDOWS)]
)
def test_a_folder_may_be_called_as_files_are(tmp_path, name, mode, system):
    assert members(tmp_path, with_mode(name, mode, system)) == {}


def test_an_encrypted_file_is_refused(tmp_path):
    data = forged(packed({"a.py": b"x"}), FLAGS, 0x1)

    assert refusal(tmp_path, data).startswith("a.py is encrypted, and the password cannot be known")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_unusual_compression_is_refused(tmp_path, method):
    assert "a.py is packed by an unusual method" in refusal(tmp_path, packed({"a.py": b"x"}, method))


def test_an_unknown_compression_is_refused(tmp_path):
    data = forged(packed({"a.py": b"x"}), METHOD, 99)

    assert "a.py is packed by an unusual method" in refusal(tmp_path, data)


def test_how_other_files_are_packed_is_no_matter(tmp_path):
    data = forged(packed({"data.bin": b"x", "a.py": b""}), METHOD, 99)

    assert list(members(tmp_path, data)) == ["a.py"]


# -- bombs ------------------------------------------------------------------------------------------------


def test_a_file_of_four_gigabytes_is_refused_by_its_header(tmp_path):
    data = forged(packed({"a.ipynb": b"{}"}), SIZE, 0xFFFF_FFFE)

    assert refusal(tmp_path, data).startswith("a.ipynb is 4,095 MiB unpacked, and 64 MiB are read at most")


def test_a_size_in_the_zip64_field_counts(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("a.ipynb")
        info.extra = struct.pack("<HHQ", 0x1, 8, 1 << 40)
        archive.writestr(info, b"{}")
    data = forged(out.getvalue(), SIZE, 0xFFFF_FFFF)

    assert refusal(tmp_path, data).startswith("a.ipynb is 1,048,576 MiB unpacked")


def test_the_sizes_of_all_files_count_together(tmp_path):
    data = forged(packed({f"{i}.ipynb": b"{}" for i in range(4)}), SIZE, *[MAX_FILE] * 4)

    assert refusal(tmp_path, data).startswith("3.ipynb makes it more than 200 MiB unpacked")


def test_the_sizes_in_zips_inside_count_as_well(tmp_path):
    inner = forged(packed({"a.ipynb": b"{}"}), SIZE, MAX_FILE)
    data = packed({f"{i}.zip": inner for i in range(4)})

    assert refusal(tmp_path, data).startswith("3.zip/a.ipynb makes it more than 200 MiB unpacked")


def test_files_that_are_not_read_may_be_large(tmp_path):
    data = forged(packed({"mnist.pkl": b"x", "a.py": b""}), SIZE, 0xFFFF_FFFE)

    assert list(members(tmp_path, data)) == ["a.py"]


@pytest.mark.parametrize("name", ["a.py", "a.zip"])
def test_what_unpacks_to_more_than_a_hundred_times_is_refused(tmp_path, name):
    data = packed({name: bytes(2 * MIB)})

    assert refusal(tmp_path, data).startswith(f"{name} is more than 100 times its packed size")


def test_a_small_file_may_repeat_itself(tmp_path):
    text = b"x = 1\n" * 10_000

    assert members(tmp_path, packed({"a.py": text}))["a.py"].read() == text


def test_a_notebook_may_repeat_itself(tmp_path):
    text = b"loss nan\\n" * 400_000

    assert members(tmp_path, packed({"a.ipynb": text}))["a.ipynb"].read() == text


def test_a_bomb_costs_next_to_nothing(tmp_path):
    small = forged(packed({"a.py": bytes(24 * MIB), "b.py": b"b"}), SIZE, 1000)
    honest = packed({"a.py": bytes(24 * MIB)})

    tracemalloc.start()
    found = members(tmp_path, small)
    with pytest.raises(SubmissionError, match="a.py is damaged"):
        found["a.py"].read()
    refusal(tmp_path, honest)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found["b.py"].read() == b"b"
    assert peak < 1 * MIB


def test_layers_of_zips_in_zips_are_not_followed(tmp_path):
    data = packed({"bomb.py": bytes(MIB)})
    for _ in range(5):
        data = packed({f"{i}.zip": data for i in range(16)})

    assert members(tmp_path, data) == {}


def test_a_zip_that_holds_itself_many_times_is_refused(tmp_path):
    inner = packed({f"{i}.py": b"" for i in range(100)})
    data = packed({f"{i}.zip": inner for i in range(MAX_ENTRIES // 100)})

    assert refusal(tmp_path, data).startswith(f"more than {MAX_ENTRIES:,} files")


def test_entries_that_share_their_bytes_are_refused(tmp_path):
    data = packed({"a.ipynb": bytes(MIB), "b.ipynb": b"{}"})
    second = data.index(b"PK\x03\x04", 4)

    same = forged(data, OFFSET, second, second)
    within = forged(data, PACKED_SIZE, second)

    assert refusal(tmp_path, same).endswith("shares its bytes with another file; make the zip again")
    assert refusal(tmp_path, within).startswith("b.ipynb shares its bytes")


def test_too_many_entries_of_any_kind_are_refused(tmp_path):
    data = packed({f"{i}.txt": b"" for i in range(MAX_ENTRIES + 1)})

    assert refusal(tmp_path, data) == f"more than {MAX_ENTRIES:,} files; hand in only the answers"


def test_as_many_entries_as_allowed_are_read(tmp_path):
    data = packed({f"{i}.py": b"" for i in range(MAX_ENTRIES)})

    assert len(members(tmp_path, data)) == MAX_ENTRIES


def test_a_very_long_list_of_entries_costs_no_more_than_the_file(tmp_path):
    data = long_list(100_000)

    tracemalloc.start()
    sentence = refusal(tmp_path, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert sentence == "its list of files is too long; hand in only the answers"
    assert peak < len(data) + MIB


def test_the_lists_of_zips_inside_count_together(tmp_path):
    inner = long_list(1, struct.pack("<HH", 0x9999, 60_000) + bytes(60_000))
    data = packed({f"{i}.zip": inner for i in range(40)})

    assert refusal(tmp_path, data) == "its list of files is too long; hand in only the answers"


def test_a_zip_of_more_than_64_mib_is_not_opened(tmp_path):
    path = tmp_path / "hand.zip"
    path.touch()
    os.truncate(path, MAX_PACKED + 1)

    with pytest.raises(SubmissionError, match="hand.zip: more than 64 MiB; hand in only the answers"):
        zip_members(path)


# -- damage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2999, 3001, MIB])
def test_a_size_that_is_not_true_is_found_when_the_file_is_read(tmp_path, size):
    data = forged(packed({"a.py": random.Random(0).randbytes(3000)}), SIZE, size)
    found = members(tmp_path, data)

    with pytest.raises(SubmissionError, match="a.py is damaged; make the zip again"):
        found["a.py"].read()


def test_reading_stops_at_the_size_in_the_header():
    stream = io.BytesIO(bytes(10 * MIB))

    with pytest.raises(zipfile.BadZipFile, match="more bytes"):
        list(chunks(stream, 1000))

    assert stream.tell() < MIB


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_changed_bytes_are_found_when_the_file_is_read(tmp_path, method):
    text = random.Random(0).randbytes(1000)
    data = bytearray(packed({"a.py": text}, method))
    data[500] ^= 1
    found = members(tmp_path, bytes(data))

    with pytest.raises(SubmissionError, match="a.py is damaged; make the zip again"):
        found["a.py"].read()


def test_a_name_that_differs_in_the_file_itself_is_found(tmp_path):
    data = packed({"a.py": b""}).replace(b"a.py", b"b.py", 1)
    found = members(tmp_path, data)

    with pytest.raises(SubmissionError, match="a.py is damaged"):
        found["a.py"].read()


@pytest.mark.parametrize("left", [0.1, 0.5, 0.9, 0.99])
def test_a_zip_that_was_cut_short_says_so(tmp_path, left):
    data = packed({"a.py": random.Random(0).randbytes(3000)})

    assert refusal(tmp_path, data[: int(left * len(data))]).startswith("this is a zip that was cut short or damaged")


LOOKS = {
    "an empty file": b"",
    "a web page": b"\xef\xbb\xbf\n<!DOCTYPE html><title>Sign in</title>",
    "a gzip file": b"\x1f\x8b\x08\x00",
    "a RAR archive": b"Rar!\x1a\x07\x01\x00",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "a tar archive": b"a.py".ljust(257, b"\0") + b"ustar\x0000",
    "a notebook or another JSON file": b'{"cells": []}',
    "not a zip": b"import numpy as np\n",
}


@pytest.mark.parametrize("look", LOOKS)
def test_what_is_no_zip_is_called_what_it_looks_like(tmp_path, look):
    assert refusal(tmp_path, LOOKS[look]).startswith(f"this is {look}")


def test_a_path_that_cannot_be_read_is_one_sentence(tmp_path):
    with pytest.raises(SubmissionError, match=r"nothing.zip: No such file or directory; name a zip that can be read"):
        zip_members(tmp_path / "nothing.zip")

    with pytest.raises(SubmissionError, match="this is not a file"):
        zip_members(tmp_path)


def test_whatever_the_bytes_are_only_our_error_comes_out(tmp_path):
    dice = random.Random(0)
    whole = packed({"a.py": b"x = 1\n" * 20, "課題.py": b"", "b.zip": packed({"c.py": b"y"})})

    for _ in range(400):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0xFF, dice.randrange(256)))
        with suppress(SubmissionError):
            for member in members(tmp_path, bytes(data)).values():
                assert len(member.read()) == member.size
