"""Confine the process that a learner's code is about to run in: limits and isolation, by layers.

In come a ``Level`` and a ``Policy``; out come the names of the layers that are in force, or a ``ConfineError`` that
names the one that is not to be had. The process puts every layer on itself, for good, before a line of the
learner's code is loaded. None needs root, a daemon or a package. At the level ``kernel``, in this order, each in
the module of its name:

    namespaces       processes, network, shared memory and mounts of its own, where the kernel lets an account
                     have them: what is left behind dies with the box, and the scratch folder has a bound
    account          root turns into an account that owns nothing, so that file permissions and the limit on
                     processes hold for it; every capability is given up
    limits           memory, processor time, file size, processes, open files; no core dumps
    no-new-privs     no program can give back what was given up (one call, in here)
    landlock         files: read what the policy lists, write the scratch folder, run nothing
    seccomp          system calls: those in its table and no others

``bwrap`` puts the same on inside bubblewrap, whose file system does not hold the rest. ``limits`` is the limits
alone: a guard rail, not a wall.

Each of the last two layers covers what the other cannot: seccomp does not see paths; Landlock does not govern
chmod, times and attributes, nor signals before ABI 6, nor truncation before ABI 3.

No layer prevents: asking whether a guessed path exists, how large and how old it is; using processor time up to
the limit; using memory in several processes at once (but the box is what the kernel sacrifices first).

Open ``policy`` for what a box may use and what Python itself has to read, ``libraries`` for the shared libraries
among that, ``bwrap`` for bubblewrap's command line,
``libc`` for how the kernel is called and a layer named in an error, ``trial`` for
whether a level can be had, ``__main__`` for what that starts.

Standard library only, and relative imports only: the grader knows this package as ``grader.box.confine``, the box,
which loads it by itself, as ``confine``. Importing it calls nothing in the kernel.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from pathlib import Path

from .account import give_up_privileges
from .bwrap import bwrap_command, require_bare_root
from .landlock import WITH_SIGNALS, restrict_files
from .libc import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_SET_PDEATHSIG, Libc, layer
from .limits import set_limits, tasks_of_account
from .namespaces import enter_namespaces
from .policy import ConfineError, Level, Policy, installed_folders, interpreter_files
from .seccomp import restrict_calls
from .trial import available, refusal

__all__ = [
    "ConfineError",
    "Level",
    "Policy",
    "available",
    "bwrap_command",
    "confine",
    "installed_folders",
    "interpreter_files",
    "refusal",
]


def confine(level: Level, policy: Policy) -> tuple[str, ...]:
    """Confine this process and all that come from it, for good.

    Above ``limits``, it stands in the scratch folder afterwards. With namespaces, the caller goes on in a child
    process that is number 1 of its own process table: nothing in the box can kill it, and it has to reap orphans.
    The process that was started waits outside with no file open; it ends as the child ends, and takes the child
    along when it is killed. Above ``limits``, the box also dies with the thread that started it.

    Inherited sockets go on working; they should be connected streams, since a datagram can go to other addresses.

    Returns:
        What is in force, such as ``("limits:cpu,memory", "landlock-7")``.

    Raises:
        ConfineError: a layer that the level promises is not to be had. The process may be half confined.
    """
    if level is not Level.LIMITS:
        return _isolate(policy, in_bwrap=level is Level.BWRAP)
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return set_limits(policy, None if is_root else tasks_of_account())


def _isolate(policy: Policy, in_bwrap: bool) -> tuple[str, ...]:
    if not sys.platform.startswith("linux"):
        raise ConfineError("landlock: this needs Linux", lasting=True)
    with layer("threads"):
        if len(list(Path("/proc/self/task").iterdir())) != 1:
            raise OSError(errno.EBUSY, "other threads are running already, and would stay outside")
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")  # the first to go where memory runs out
    libc = Libc()
    names, orphaned = require_bare_root(policy) if in_bwrap else enter_namespaces(libc, policy)
    isolated = bool(names)  # no process of other people has a number in here
    with layer("account"):
        os.chdir(policy.scratch)
        names += give_up_privileges(libc, policy)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)  # a change of account would undo it
        libc.prctl(PR_SET_DUMPABLE, 0)
    if orphaned():
        os._exit(1)
    with layer("limits"):
        # A user namespace counts for itself: this process, and the one that waits outside.
        counted = 1 if "own-account" in names else 2 if names[0].startswith("namespaces:user") else None
        names += set_limits(policy, counted or tasks_of_account(), indispensable=True)
    with layer("no-new-privs"):
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1)
        names += ("no-new-privs",)
    abi = 0
    with layer("landlock", optional=in_bwrap):
        abi = restrict_files(libc, policy)
        names += (f"landlock-{abi}",)
    with layer("seccomp", optional=in_bwrap):
        restrict_calls(libc, may_abort=isolated or abi >= WITH_SIGNALS)
        names += ("seccomp",)
    return names
