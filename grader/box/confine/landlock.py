"""Landlock: read the files that the policy lists, write the scratch folder, run nothing.

It does not govern chmod, times and attributes, nor signals before ABI 6, nor truncation before ABI 3: seccomp does.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
from collections.abc import Iterator

from .libc import Libc
from .policy import DEVICES, Policy, is_within

SYS_LANDLOCK_CREATE_RULESET, SYS_LANDLOCK_ADD_RULE, SYS_LANDLOCK_RESTRICT_SELF = 444, 445, 446  # on every machine
CREATE_RULESET_VERSION, RULE_PATH_BENEATH, LOG_SAME_EXEC_OFF = 1, 1, 1
WITH_REFER, WITH_TRUNCATE, WITH_TCP, WITH_DEVICES, WITH_SIGNALS, WITH_LOG, NEWEST = 2, 3, 4, 5, 6, 7, 7  # since ABI
BIND_AND_CONNECT_TCP = ABSTRACT_SOCKETS_AND_SIGNALS = 0b11

# EXECUTE (bit 0) governs starting programs, not mapping a library: nothing is granted it. No links, pipes, sockets
# and devices (bits 6, 9 to 12) in scratch either: whoever looks into it from outside could stumble over them.
WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5
MAKE_DIR, MAKE_REG, REFER, TRUNCATE, IOCTL_DEV = 1 << 7, 1 << 8, 1 << 13, 1 << 14, 1 << 15
ON_FILES = WRITE_FILE | READ_FILE | TRUNCATE
READ = READ_FILE | READ_DIR
READ_AND_WRITE = READ | WRITE_FILE | TRUNCATE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER


def restrict_files(libc: Libc, policy: Policy) -> int:
    """Enforce the policy on files, and return the version of Landlock that does."""
    ruleset, handled, abi = create_ruleset(libc)
    grants = dict.fromkeys(_readable(policy), READ)
    grants |= dict.fromkeys(DEVICES, READ_FILE | WRITE_FILE) | {policy.scratch: READ_AND_WRITE}
    for path, rights in grants.items():
        try:
            fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            if path == policy.scratch:
                raise
            continue
        rights &= handled if stat.S_ISDIR(os.fstat(fd).st_mode) else handled & ON_FILES
        libc.call("syscall", SYS_LANDLOCK_ADD_RULE, ruleset, RULE_PATH_BENEATH, struct.pack("=Qi", rights, fd), 0)
        os.close(fd)
    libc.call("syscall", SYS_LANDLOCK_RESTRICT_SELF, ruleset, LOG_SAME_EXEC_OFF if abi >= WITH_LOG else 0)
    os.close(ruleset)
    return abi


def _readable(policy: Policy) -> Iterator[str]:
    """Yield what may be read: a folder around a hidden one by its parts, since a rule cannot take anything back.

    Such a folder itself can no longer be listed, which Python has done by then.
    """
    hidden = {os.path.realpath(folder) for folder in policy.hidden}
    waiting = [os.path.realpath(path) for path in policy.readable]
    while waiting:
        path = waiting.pop()
        if not any(is_within(folder, path) for folder in hidden):
            yield path
        elif path not in hidden:
            with contextlib.suppress(OSError), os.scandir(path) as parts:
                waiting += [part.path for part in parts if not part.is_symlink()]


def create_ruleset(libc: Libc) -> tuple[int, int, int]:
    """Return a ruleset that handles all that the kernel knows, what that is for files, and the version."""
    offered = libc.call("syscall", SYS_LANDLOCK_CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    for abi in range(min(offered, NEWEST), 0, -1):
        handled = (1 << 13) - 1
        for since, right in ((WITH_REFER, REFER), (WITH_TRUNCATE, TRUNCATE), (WITH_DEVICES, IOCTL_DEV)):
            handled |= right if abi >= since else 0
        fields = [handled, BIND_AND_CONNECT_TCP, ABSTRACT_SOCKETS_AND_SIGNALS]
        del fields[1 + (abi >= WITH_TCP) + (abi >= WITH_SIGNALS) :]
        attributes = struct.pack(f"={len(fields)}Q", *fields)
        try:
            return libc.call("syscall", SYS_LANDLOCK_CREATE_RULESET, attributes, len(attributes), 0), handled, abi
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.E2BIG):  # RHEL 9 says 6, and does not know signals
                raise
    raise OSError(errno.EOPNOTSUPP, "the kernel takes no ruleset")
