"""The limits: memory, processor time, file size, processes, open files; no core dumps.

Every system but Windows has some of them; at the level ``limits`` they are all there is.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from pathlib import Path

from .policy import Policy

if sys.platform != "win32":
    import resource


def set_limits(policy: Policy, tasks: int | None, indispensable: bool = False) -> tuple[str, ...]:
    """Set the resource limits; ``tasks`` is what its account runs now, None where that limit would not hold.

    Address space stands for memory: a process can be held to no more without a control group.
    """
    if sys.platform == "win32":
        return ()
    held = _address_space()
    wanted = {
        "memory": (resource.RLIMIT_AS, None if held is None else held + (policy.memory_mb << 20)),
        "cpu": (resource.RLIMIT_CPU, policy.cpu_s),
        "file-size": (resource.RLIMIT_FSIZE, policy.file_mb << 20),
        "processes": (resource.RLIMIT_NPROC, None if tasks is None else tasks + policy.processes),
        "open-files": (resource.RLIMIT_NOFILE, policy.open_files),
    }
    for name in ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE"):
        if hasattr(resource, name):
            _set_limit(getattr(resource, name), 0)
    names = [name for name, (kind, amount) in wanted.items() if amount is not None and _set_limit(kind, amount)]
    if indispensable and len(names) < len(wanted):
        raise OSError(errno.EPERM, f"{', '.join(sorted(wanted.keys() - names))} cannot be limited")
    return (f"limits:{','.join(names)}",)


def _set_limit(kind: int, soft: int) -> bool:
    highest = resource.getrlimit(kind)[1]
    hard = soft + 1 if kind == resource.RLIMIT_CPU else soft  # SIGXCPU, which can be ignored; a second later SIGKILL
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    try:
        resource.setrlimit(kind, (soft, hard))
    except (OSError, ValueError):
        return False
    return True


def _address_space() -> int | None:
    """Return how many bytes are mapped now; None on systems that would not enforce a limit on them."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except FileNotFoundError:
        return None


def tasks_of_account() -> int | None:
    """Count what the limit on processes counts: an account's processes and threads; None if they cannot be seen."""
    if sys.platform == "win32":
        return None
    if not sys.platform.startswith("linux"):
        import subprocess

        try:
            users = subprocess.run(["/bin/ps", "-axo", "uid="], capture_output=True, text=True, check=True, timeout=5)
        except (OSError, subprocess.SubprocessError):
            return None
        return users.stdout.split().count(str(os.getuid()))
    total, account = 0, str(os.getuid()).encode()
    for entry in os.scandir("/proc"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError, PermissionError):  # it has just ended
            status = Path(entry.path, "status").read_bytes() if entry.name.isdigit() else b""
            user, threads = (status.partition(key)[2].split(None, 1) for key in (b"\nUid:", b"\nThreads:"))
            if user and user[0] == account:
                total += int(threads[0])
    return total or None
