"""The nouns of confining: how strongly, what a box may use, and the error when a layer cannot be had.

A box may read what its policy lists and nothing else: what Python itself needs has to be in the list.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from .libraries import shared_libraries

DEVICES = ("/dev/null", "/dev/urandom")  # not /dev/zero: mapped, it is memory that processes share
INSTALLED = ("site-packages", "dist-packages")  # what lies in the standard library's folder and is not of it
LOCALES = ("/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8")


class Level(StrEnum):
    """How strongly a box is confined, the strongest first."""

    BWRAP = "bwrap"
    KERNEL = "kernel"
    LIMITS = "limits"


@dataclass(frozen=True, slots=True)
class Policy:
    """What a box may use.

    Attributes:
        scratch: the one folder to write in, empty: where mounts are to be had, a file system in memory covers it.
        readable: files, and folders with all that is in them. What does not exist grants nothing.
        hidden: folders within readable ones that are not; what is readable within them is said by itself.
        memory_mb: MiB of memory for each process, beyond what it holds when it is confined.
        cpu_s: seconds of processor time for each process.
        file_mb: MiB for each file, and four times that for all of a scratch folder in memory.
        processes: how many processes and threads besides the first.
        open_files: how many open files for each process.
    """

    scratch: str
    readable: tuple[str, ...]
    memory_mb: int
    cpu_s: int
    file_mb: int
    processes: int
    open_files: int
    hidden: tuple[str, ...] = ()

    @property
    def scratch_mb(self) -> int:
        """MiB for all of a scratch folder in memory."""
        return 4 * self.file_mb


# What a system says of what it never had, or never lets this account have. What is used up just now it says otherwise.
LASTING = (errno.ENOENT, errno.ENOSYS, errno.EPERM, errno.EACCES, errno.EOPNOTSUPP, errno.EINVAL, errno.EROFS)


class ConfineError(Exception):
    """A layer that the level cannot do without is not to be had; the text names it and says why.

    Attributes:
        lasting: whether it is not to be had later either. Where that is not known, it may be.
    """

    def __init__(self, text: str, lasting: bool = False) -> None:
        super().__init__(text)
        self.lasting = lasting


def is_within(path: str, folder: str) -> bool:
    """Return whether a path is that of a folder, or of something in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def interpreter_files(others: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what Python itself has to read: the executable, the standard library, and the shared libraries of both.

    What is installed lies in the standard library's folder, too: see ``installed_folders``.

    Args:
        others: extension modules and libraries of other packages, whose shared libraries are wanted as well.
    """
    own, libraries = os.path.realpath(sys.executable), library_folders()
    number = f"{sys.version_info.major}{sys.version_info.minor}"
    zipped = (str(library.parent / f"python{number}.zip") for library in libraries)
    files = (sys.executable, own, f"{sys.prefix}/pyvenv.cfg", *map(str, libraries), *zipped, *LOCALES)
    extensions = (str(path) for path in (libraries[0] / "lib-dynload").glob("*.so"))
    return tuple(dict.fromkeys((*files, *shared_libraries((own, *extensions, *others)))))


def installed_folders() -> tuple[str, ...]:
    """Return the folders within the standard library's that hold what is installed."""
    return tuple(str(path) for library in library_folders() for name in INSTALLED if (path := library / name).is_dir())


def library_folders() -> list[Path]:
    """Return the folder of the standard library by each name that Python may look for it by: links may lead there."""
    import sysconfig

    said, prefix = sysconfig.get_path("stdlib"), os.path.realpath(sys.base_prefix)
    names = (Path(said), Path(said).resolve(), Path(prefix, os.path.relpath(said, sys.base_prefix)))
    return list(dict.fromkeys(names))
