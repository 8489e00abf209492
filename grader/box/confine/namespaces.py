"""Namespaces: processes, network, shared memory and mounts of its own, where the kernel lets an account have them.

What is left behind dies with the box, and the scratch folder gets a bound. The process that was started stays
outside, and is the box's handle.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from .libc import PR_SET_DUMPABLE, PR_SET_PDEATHSIG, Libc, layer
from .policy import Policy

NAMESPACES = {
    "user": 0x1000_0000,  # CLONE_NEWUSER, and so on; it lets an account have the others
    "pid": 0x2000_0000,
    "net": 0x4000_0000,
    "ipc": 0x0800_0000,
    "mount": 0x0002_0000,
}
MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REC, MS_PRIVATE = 0x2, 0x4, 0x8, 0x4000, 0x4_0000
USED_UP = (errno.EAGAIN, errno.ENOMEM)  # they may be had later; a limit of none at all is ENOSPC
Orphaned = Callable[[], bool]  # has the process ended that this one must not outlive?


def enter_namespaces(libc: Libc, policy: Policy) -> tuple[tuple[str, ...], Orphaned]:
    """Go on in a child in namespaces of its own, and say which they are: all, or none where the kernel refuses."""
    user, group, parent = os.geteuid(), os.getegid(), os.getppid()
    kinds = [kind for kind in NAMESPACES if kind != "user" or user != 0]  # in one of those root would stay root
    with layer("namespaces"):
        try:
            libc.call("unshare", sum(NAMESPACES[kind] for kind in kinds))
        except OSError as error:
            if error.errno in USED_UP:
                raise
            return (), lambda: os.getppid() != parent
    can_mount = "mount" in kinds  # otherwise it would be the machine's own mounts that change
    try:
        if "user" in kinds:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except OSError:  # Ubuntu's AppArmor: an account without a number inside, which owns no file system
        can_mount = False
    with layer("namespaces"):
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        life, held_outside = os.pipe()
        if child := os.fork():
            _wait_outside(libc, child, held_outside)
        os.close(held_outside)
        os.set_blocking(life, False)
        cover = _cover_scratch(libc, policy) if can_mount else ()
        return (f"namespaces:{','.join(kinds)}", *cover), lambda: _has_hung_up(life)


def _has_hung_up(pipe: int) -> bool:
    try:
        return os.read(pipe, 1) == b""
    except BlockingIOError:
        return False
    finally:
        os.close(pipe)


def _wait_outside(libc: Libc, child: int, held: int) -> NoReturn:
    """Be the box's handle: hold nothing but one end of a pipe, and end as the child ends."""
    os.dup2(held, 0)
    os.closerange(1, 1 << 16)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code < 0:
        libc.prctl(PR_SET_DUMPABLE, 0)  # one report of a crash is enough
        with contextlib.suppress(OSError):  # SIGKILL's handling cannot be set
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


def _cover_scratch(libc: Libc, policy: Policy) -> tuple[str, ...]:
    """Mount an empty file system in memory over the scratch folder, which bounds it and vanishes with the box."""
    options = f"size={policy.scratch_mb}m,nr_inodes=4096,mode=0700".encode()
    try:
        libc.call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
        flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
        libc.call("mount", b"tmpfs", os.fsencode(policy.scratch), b"tmpfs", flags, options)
    except OSError as error:
        if error.errno in USED_UP:
            raise
        return ()
    return (f"scratch-in-memory:{policy.scratch_mb}MiB",)
