"""Bubblewrap: the command line that puts a box behind it, and the proof from inside that it did.

What it adds is a file system that does not hold the rest; the other layers go on inside as everywhere.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from .libc import layer
from .namespaces import Orphaned
from .policy import DEVICES, Policy, is_within

BOX = Path(__file__).resolve().parent.parent  # the server, the modules beside it, and this package


def bwrap_command(policy: Policy, command: Sequence[str]) -> list[str]:
    """Wrap a command in bubblewrap 0.7 or later: it sees the readable files, the folder of the box and scratch.

    Inherited descriptors and the environment pass through. ``confine`` has to be called in there. A command that
    a signal ended is reported as the exit code 128 + signal.
    """
    spaces = ["--unshare-all"]
    if os.geteuid() == 0:  # a user namespace would keep it root; the account layer needs these, and gives them up
        needed = ("CHOWN", "DAC_READ_SEARCH", "SETGID", "SETPCAP", "SETUID")
        spaces = [f"--unshare-{kind}" for kind in ("pid", "net", "ipc", "uts")]
        spaces += [word for name in needed for word in ("--cap-add", f"CAP_{name}")]
    binds = [word for path in DEVICES for word in ("--dev-bind-try", path, path)]
    scratch = ["--size", str(policy.scratch_mb << 20), "--tmpfs", policy.scratch, "--chdir", policy.scratch]
    life = ["--die-with-parent", "--new-session"]
    shown = [*_files(policy), *binds, *scratch, "--remount-ro", "/"]
    program = shutil.which("bwrap") or "bwrap"  # the box's environment has no PATH
    return [program, *spaces, *life, "--proc", "/proc", *shown, "--", *command]


def _files(policy: Policy) -> list[str]:
    """Return the words that show what is readable: outer folders, then a cover over what is hidden, then the rest."""
    files = list(dict.fromkeys((*policy.readable, str(BOX))))
    inner = [path for path in files if any(is_within(path, folder) for folder in policy.hidden)]
    outer = [path for path in files if path not in inner]
    covered = [folder for folder in policy.hidden if any(is_within(folder, path) for path in outer)]
    words = [word for path in outer for word in ("--ro-bind-try", path, path)]
    words += [word for folder in covered for word in ("--tmpfs", folder)]
    words += [word for path in inner for word in ("--ro-bind-try", path, path)]
    return words + [word for folder in covered for word in ("--remount-ro", folder)]


def require_bare_root(policy: Policy) -> tuple[tuple[str, ...], Orphaned]:
    """Make sure that this is bubblewrap's file system, with nothing in it but what was asked for."""
    parent = os.getppid()
    with layer("bubblewrap"):
        asked_for = (*policy.readable, *policy.hidden, *DEVICES, str(BOX), policy.scratch, "/proc")
        places = {str(Path(path).absolute()) for path in asked_for} | {os.path.realpath(path) for path in asked_for}
        extra = {f"/{path.name}" for path in Path("/").iterdir()} - {f"/{place.split('/')[1]}" for place in places}
        extra |= {mount for mount in _mounts() if not any(is_within(mount, place) for place in places)}
        if extra:
            raise OSError(errno.EPERM, f"this file system holds more than was asked for: {min(extra)}")
    return ("bubblewrap",), lambda: os.getppid() != parent


def _mounts() -> list[str]:
    """Return where something is mounted, but for the root itself."""
    fields = (line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines())
    return [re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), field) for field in fields if field != "/"]
