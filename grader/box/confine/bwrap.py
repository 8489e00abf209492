"""Bubblewrap: the command line that puts a box behind it, and the proof from inside that it did.

What it adds is a file system that does not hold the rest; the other layers go on inside as everywhere.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path

from .libc import layer
from .namespaces import Orphaned
from .policy import DEVICES, Policy, interpreter_files


def bwrap_command(policy: Policy, command: Sequence[str]) -> list[str]:
    """Wrap a command in bubblewrap 0.7 or later: it sees the readable files, Python, the folder of the box and scratch.

    Inherited descriptors and the environment pass through. ``confine`` has to be called in there. A command that
    a signal ended is reported as the exit code 128 + signal.
    """
    spaces = ["--unshare-all"]
    if os.geteuid() == 0:  # a user namespace would keep it root; the account layer needs these, and gives them up
        needed = ("CHOWN", "DAC_READ_SEARCH", "SETGID", "SETPCAP", "SETUID")
        spaces = [f"--unshare-{kind}" for kind in ("pid", "net", "ipc", "uts")]
        spaces += [word for name in needed for word in ("--cap-add", f"CAP_{name}")]
    box = Path(__file__).resolve().parent.parent  # the server, the modules beside it, and this package
    files = dict.fromkeys((*interpreter_files(), str(box), *policy.readable))
    binds = [word for path in files for word in ("--ro-bind-try", path, path)]
    binds += [word for path in DEVICES for word in ("--dev-bind-try", path, path)]
    scratch = ["--size", str(policy.scratch_mb << 20), "--tmpfs", policy.scratch, "--chdir", policy.scratch]
    life = ["--die-with-parent", "--new-session"]
    return ["bwrap", *spaces, *life, "--proc", "/proc", *binds, *scratch, "--remount-ro", "/", "--", *command]


def require_bare_root(policy: Policy) -> tuple[tuple[str, ...], Orphaned]:
    """Make sure that this is bubblewrap's file system, with nothing in it but what was asked for."""
    parent = os.getppid()
    with layer("bubblewrap"):
        asked_for = (*policy.readable, *interpreter_files(), *DEVICES, __file__, policy.scratch, "/proc")
        extra = {path.name for path in Path("/").iterdir()} - {Path(path).absolute().parts[1] for path in asked_for}
        if extra:
            raise OSError(errno.EPERM, f"this file system holds more than was asked for: /{min(extra)}")
    return ("bubblewrap",), lambda: os.getppid() != parent
