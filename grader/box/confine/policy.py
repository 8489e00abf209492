"""The nouns of confining: how strongly, what a box may use, and the error when a layer cannot be had.

Besides what its policy says, every box may read what Python itself needs.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom")
SHARED_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")  # imports load some of them later


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

    @property
    def scratch_mb(self) -> int:
        """MiB for all of a scratch folder in memory."""
        return 4 * self.file_mb


class ConfineError(Exception):
    """A layer that the level cannot do without is not to be had; the text names it and says why."""


def interpreter_files() -> tuple[str, ...]:
    """Return what Python itself has to read: the executable, the standard library and the shared libraries."""
    import sysconfig

    own = (sys.executable, os.path.realpath(sys.executable), f"{sys.prefix}/pyvenv.cfg")
    return (*own, str(Path(sysconfig.get_path("stdlib")).parent), *SHARED_LIBRARIES)
