"""What loading left in the scratch folder and left open, and how each copy finds it again.

A check sees what it saw right after loading, whatever another has written meanwhile. Memory is the copy's own; files
are not, nor is the place up to which an open file has been read: both are put back here before a check begins.

Everything in here is within the learner's reach: this is for answers that leave things lying about. An answer that
works at it can take it out again. Standard library alone.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

BESIDE = "beside"  # folder within scratch, for what runs beside others
MOST = 64 << 20  # bytes of files that are kept in memory; what goes beyond that stays as checks leave it


@dataclass(frozen=True, slots=True)
class Open:
    """A descriptor that the learner's code opened while it was loaded."""

    fd: int
    flags: int
    place: int
    text: bytes | None  # None where it cannot be read, or is too long

    def renew(self) -> None:
        """Be another opening of the same file, at the same place, with the same text in it."""
        with contextlib.suppress(OSError):
            own = os.open(f"/proc/self/fd/{self.fd}", self.flags)
            os.dup2(own, self.fd, inheritable=False)
            os.close(own)
        with contextlib.suppress(OSError):
            if self.text is not None and read_all(self.fd) != self.text:
                os.ftruncate(self.fd, 0)
                os.pwrite(self.fd, self.text, 0)
            os.lseek(self.fd, self.place, os.SEEK_SET)


class Scratch:
    """The scratch folder, and what is open, as they are now.

    Args:
        folder: the scratch folder.
        before: the descriptors that were open before the learner's code was loaded.
        most: how many descriptors there can be.
    """

    def __init__(self, folder: str, before: set[int], most: int) -> None:
        self._folder = folder
        self._room = MOST
        self._files = {name: self._kept(path) for name, path in entries(folder)}
        new = sorted(descriptors(most) - before)
        self._open = [found for fd in new if (found := self._opened(fd))]
        self._between = [fd for fd in new if leads_elsewhere(fd)]

    def _kept(self, path: Path) -> bytes | None:
        """Return what is in a file; None for what is no file, or too long."""
        with contextlib.suppress(OSError):
            size = path.lstat().st_size
            if stat.S_ISREG(path.lstat().st_mode) and size <= self._room:
                self._room -= size
                return path.read_bytes()
        return None

    def _opened(self, fd: int) -> Open | None:
        if sys.platform == "win32" or not stat.S_ISREG(os.fstat(fd).st_mode):
            return None
        import fcntl

        flags = fcntl.fcntl(fd, fcntl.F_GETFL)
        keep = flags & os.O_ACCMODE == os.O_RDWR and os.fstat(fd).st_size <= self._room
        text = read_all(fd) if keep else None
        self._room -= len(text or b"")
        return Open(fd, flags, os.lseek(fd, 0, os.SEEK_CUR), text)

    def restore(self, beside: bool) -> None:
        """Put everything back, in the folder or in the one within it, and close what leads to other copies."""
        folder = Path(self._folder, BESIDE) if beside else Path(self._folder)
        if beside:
            with contextlib.suppress(OSError):
                folder.mkdir(exist_ok=True)
                os.chdir(folder)
        for name, path in list(entries(folder)):
            if name not in self._files:
                remove(path)
        for name, text in self._files.items():
            with contextlib.suppress(OSError):
                put_back(folder / name, text, Path(self._folder, name).is_dir())
        for each in self._open:
            each.renew()
        for fd in self._between:
            with contextlib.suppress(OSError):
                os.close(fd)


def entries(folder: str | Path) -> Iterator[tuple[str, Path]]:
    """Yield what is in a folder, by its name from there, outer folders first; not what runs beside others."""
    waiting = [("", Path(folder))]
    while waiting:
        begins, place = waiting.pop()
        try:
            found = list(os.scandir(place))
        except OSError:
            continue
        for entry in found:
            if begins or entry.name != BESIDE:
                yield begins + entry.name, Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{begins}{entry.name}/", Path(entry.path)))


def put_back(path: Path, text: bytes | None, is_folder: bool) -> None:
    """Make a file or a folder what it was; a file stays the same one where it is still there."""
    if is_folder:
        path.mkdir(exist_ok=True)
    elif text is not None and not (path.is_file() and path.read_bytes() == text):
        path.write_bytes(text)


def remove(path: Path) -> None:
    """Remove what a check left."""
    with contextlib.suppress(OSError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def descriptors(most: int) -> set[int]:
    """Return which descriptors are open."""
    return set(open_ones(range(most)))


def open_ones(numbers: Iterable[int]) -> Iterator[int]:
    """Yield those of these descriptors that are open."""
    for fd in numbers:
        with contextlib.suppress(OSError):
            os.fstat(fd)
            yield fd


def leads_elsewhere(fd: int) -> bool:
    """Return whether what one copy does with it, another could see: a pipe, an event, a socket."""
    kind = os.fstat(fd).st_mode
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind) or stat.S_ISCHR(kind))


def read_all(fd: int) -> bytes:
    """Return all of an open file, without moving its place."""
    return os.pread(fd, os.fstat(fd).st_size, 0)
