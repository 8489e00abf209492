"""What loading left in the scratch folder and left open, and how each copy finds it again.

A check sees what it saw right after loading, whatever another has written meanwhile. Memory is the copy's own; files
are not, nor is the place up to which an open file has been read: both are put back here before a check begins.

Everything in here is within the learner's reach: this is for answers that leave things lying about. An answer that
works at it can take it out again. Standard library alone.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

if sys.platform != "win32":
    import fcntl  # before the box is confined: afterwards it would be of the memory that answers may use

BESIDE = "beside"  # folder within scratch, for what runs beside others
MOST = 16 << 20  # bytes of files that are kept in memory; what goes beyond that stays as checks leave it
MOST_ENTRIES, DEEPEST = 1000, 20  # files and folders, within how many folders; beyond that, too


@dataclass(frozen=True, slots=True)
class Open:
    """A descriptor that the learner's code opened while it was loaded."""

    fd: int
    flags: int
    place: int
    text: bytes | None  # None where it cannot be read, or is too long

    def renew(self) -> None:
        """Be another opening of the same file or folder, at the same place, with the same text in it.

        One that only writes into a file without a name is closed: what it writes, another opening could read.
        """
        with contextlib.suppress(OSError):
            if self.flags & os.O_ACCMODE == os.O_WRONLY and os.fstat(self.fd).st_nlink == 0:
                os.close(self.fd)
                return
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
        self._folder, self._place = folder, folder
        self._room = MOST
        with contextlib.suppress(OSError):
            self._place = str(Path.cwd())
        found = dict(entries(folder))
        self._all = len(found) < MOST_ENTRIES and all(name.count("/") < DEEPEST for name in found)
        self._folders = [name for name, path in found.items() if kind_of(path) == stat.S_IFDIR]
        self._files = {name: self._text(path) for name, path in found.items() if name not in self._folders}
        new = sorted(descriptors(most) - before)
        self._open = [one for fd in new if (one := self._opened(fd))]
        self._flags = {fd: flags_of(fd) for fd in (0, 1, 2, *new) if is_device(fd)}
        self._between = [fd for fd in new if leads_elsewhere(fd)]

    def _text(self, path: Path) -> bytes | None:
        """Return what is in a file; None for what is no file, or too long."""
        with contextlib.suppress(OSError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_size <= self._room:
                self._room -= status.st_size
                return path.read_bytes()
        return None

    def _opened(self, fd: int) -> Open | None:
        status = os.fstat(fd)
        if sys.platform == "win32" or not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
            return None
        flags = flags_of(fd)
        keep = flags & os.O_ACCMODE == os.O_RDWR and status.st_size <= self._room
        text = read_all(fd) if keep else None
        self._room -= len(text or b"")
        return Open(fd, flags, os.lseek(fd, 0, os.SEEK_CUR), text)

    def restore(self, beside: bool) -> None:
        """Put everything back, in the folder or in the one within it, and close what leads to other copies."""
        folder = Path(self._folder, BESIDE) if beside else Path(self._folder)
        if beside:
            with contextlib.suppress(OSError):
                folder.mkdir(exist_ok=True)
        for name, path in reversed(list(entries(folder)) if self._all else []):
            if not self._is_as_before(name, path):
                remove(path)
        for name in self._folders:
            with contextlib.suppress(OSError):
                (folder / name).mkdir(exist_ok=True)
        with contextlib.suppress(OSError):
            os.chdir(folder if beside else self._place)  # it may have been removed, and made again
        for name, text in self._files.items():
            with contextlib.suppress(OSError):
                if text is not None and not holds(folder / name, text):
                    (folder / name).write_bytes(text)  # a file that is still there stays the same one
        for each in self._open:
            each.renew()
        for fd, flags in self._flags.items():
            with contextlib.suppress(OSError):
                set_flags(fd, flags)
        for fd in self._between:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _is_as_before(self, name: str, path: Path) -> bool:
        """Return whether there was such a thing of this name after loading."""
        kind = kind_of(path)
        if kind == stat.S_IFDIR:
            return name in self._folders
        return name in self._files and (kind == stat.S_IFREG or self._files[name] is None)


def entries(folder: str | Path) -> Iterator[tuple[str, Path]]:
    """Yield what is in a folder, by its name from there, outer folders first; not what runs beside others.

    Of much it yields the first ``MOST_ENTRIES``; a folder at the depth of ``DEEPEST`` is yielded, and not looked into.
    """
    waiting, left = [("", Path(folder), 0)], MOST_ENTRIES
    while waiting and left:
        begins, place, depth = waiting.pop()
        try:
            with os.scandir(place) as found:
                first = [entry for entry in islice(found, left + 1) if begins or entry.name != BESIDE][:left]
        except OSError:
            continue
        left -= len(first)
        for entry in first:
            yield begins + entry.name, Path(entry.path)
            if depth < DEEPEST and entry.is_dir(follow_symlinks=False):
                waiting.append((f"{begins}{entry.name}/", Path(entry.path), depth + 1))


def kind_of(path: Path) -> int:
    """Return what kind of file it is, or link, or folder; 0 where that cannot be seen."""
    try:
        return stat.S_IFMT(path.lstat().st_mode)
    except OSError:
        return 0


def holds(path: Path, text: bytes) -> bool:
    """Return whether it is a file with this text in it."""
    return kind_of(path) == stat.S_IFREG and path.stat().st_size == len(text) and path.read_bytes() == text


def remove(path: Path) -> None:
    """Remove a file or an empty folder that a check left."""
    with contextlib.suppress(OSError):
        if kind_of(path) == stat.S_IFDIR:
            path.rmdir()
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


def is_device(fd: int) -> bool:
    """Return whether a descriptor is that of nowhere, say: copies share its flags."""
    return sys.platform != "win32" and any(stat.S_ISCHR(os.fstat(one).st_mode) for one in open_ones([fd]))


def flags_of(fd: int) -> int:
    """Return how a descriptor was opened."""
    return fcntl.fcntl(fd, fcntl.F_GETFL)


def set_flags(fd: int, flags: int) -> None:
    """Undo what a check set of a descriptor: not to wait, say."""
    fcntl.fcntl(fd, fcntl.F_SETFL, flags)


def leads_elsewhere(fd: int) -> bool:
    """Return whether what one copy does with it, another could see: a pipe, an event, a socket."""
    kind = os.fstat(fd).st_mode
    return not (stat.S_ISREG(kind) or stat.S_ISDIR(kind) or stat.S_ISCHR(kind))


def read_all(fd: int) -> bytes:
    """Return all of an open file, without moving its place."""
    return os.pread(fd, os.fstat(fd).st_size, 0)
