"""Which shared libraries the system's loader takes for a program: those, and not the folders that hold them.

A folder of libraries may hold Python's packages too, those of the grader among them: ``/usr/lib64`` does on Fedora.
What is read here is ELF, little-endian, of 64 bits: the only kind of machine that has a table of system calls.
"""

from __future__ import annotations

import os
import stat
import struct
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

CACHE = "/etc/ld.so.cache"  # where the loader looks names up
DEFAULT = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")  # where it looks besides, and where there is no such file
ALWAYS = ("libgcc_s.so.1",)  # the C library loads it by itself, when a thread is cancelled
# Libraries that load others by name when they are first used, and where those lie.
BY_NAME = {"libmkl_rt.": ("libmkl_*", "libiomp5.so"), "libflexiblas.": ("flexiblas/*",)}

IS_ELF_64 = b"\x7fELF\x02\x01"
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 1, 5, 15, 29
LONGEST = 4096  # bytes of a path
Segment = tuple[int, int, int, int]  # kind, place in the file, address, size


def shared_libraries(programs: Iterable[str]) -> tuple[str, ...]:
    """Return the paths by which the loader opens what these programs and libraries need, and what those need."""
    known, folders = _cache(), dict.fromkeys(DEFAULT)
    waiting, found = deque(programs), {CACHE: None}
    seen: set[str] = set()
    wanted = set(ALWAYS)
    while waiting or wanted:
        for name in sorted(wanted):
            seen.add(name)
            paths = [name] if "/" in name else [*known.get(name, ()), *(f"{folder}/{name}" for folder in folders)]
            new = [path for path in paths if path not in found and _is_file(path)]
            found |= dict.fromkeys(path for each in new for path in (each, *_by_name(each)))
            waiting += new
        wanted = set()
        if waiting:
            needed, own_folders = _needed(waiting.popleft())
            folders = dict.fromkeys(own_folders) | folders
            wanted = needed - seen
    return tuple(found)


def _is_file(path: str) -> bool:
    """Return whether the loader could open it; a folder that may not be searched is passed over."""
    try:
        return stat.S_ISREG(Path(path).stat().st_mode)
    except OSError:
        return False


def _by_name(path: str) -> Iterator[str]:
    folder, name = os.path.split(path)
    for begins, patterns in BY_NAME.items():
        if name.startswith(begins):
            yield from (str(each) for pattern in patterns for each in Path(folder).glob(pattern))


def _cache() -> dict[str, list[str]]:
    """Return the paths of the loader's cache, by file name."""
    known: dict[str, list[str]] = {}
    try:
        strings = Path(CACHE).read_bytes().split(b"\0")
    except OSError:
        return known
    for path in {os.fsdecode(string): None for string in strings if string.startswith(b"/")}:
        known.setdefault(path.rpartition("/")[2], []).append(path)
    return known


def _needed(path: str) -> tuple[set[str], list[str]]:
    """Return what a file needs, by name or path, and the folders that it says to look in; nothing if it is no ELF."""
    names: set[str] = set()
    folders: list[str] = []
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return names, folders
    try:
        segments = _segments(file)
        for tag, text in _dynamic(file, segments):
            if tag == DT_NEEDED:
                names.add(text)
            else:
                origin = os.path.realpath(path).rpartition("/")[0]
                said = text.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)
                folders += [os.path.normpath(folder) for folder in said.split(":") if folder]
        names |= {_string(file, place) for kind, place, _, _ in segments if kind == PT_INTERP}
    except struct.error:  # cut short: the loader would not take it either
        pass
    finally:
        os.close(file)
    return names, folders


def _segments(file: int) -> list[Segment]:
    head = os.pread(file, 64, 0)
    if not head.startswith(IS_ELF_64):
        return []
    (start,), (size, count) = struct.unpack_from("<Q", head, 32), struct.unpack_from("<HH", head, 54)
    table = os.pread(file, size * count, start)
    rows = (struct.unpack_from("<II3Q2Q", table, size * number) for number in range(count))
    return [(kind, place, address, length) for kind, _, place, address, _, length, _ in rows]


def _dynamic(file: int, segments: list[Segment]) -> Iterator[tuple[int, str]]:
    """Yield the names that a file's dynamic section holds."""
    for kind, place, _, length in segments:
        if kind == PT_DYNAMIC:
            entries = list(struct.iter_unpack("<qQ", os.pread(file, length // 16 * 16, place)))
            strings = next((_place(address, segments) for tag, address in entries if tag == DT_STRTAB), None)
            for tag, value in entries:
                if strings is not None and tag in (DT_NEEDED, DT_RPATH, DT_RUNPATH):
                    yield tag, _string(file, strings + value)


def _place(address: int, segments: list[Segment]) -> int | None:
    """Return where in the file an address lies."""
    loaded = (s for s in segments if s[0] == PT_LOAD and s[2] <= address < s[2] + s[3])
    return next((address - start + place for _, place, start, _ in loaded), None)


def _string(file: int, place: int) -> str:
    return os.fsdecode(os.pread(file, LONGEST, place).partition(b"\0")[0])
