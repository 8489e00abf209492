"""The account: root turns into one that owns nothing, and every capability is given up.

So file permissions and the limit on processes hold for it as well.
"""

from __future__ import annotations

import contextlib
import os
import struct
from pathlib import Path

from .libc import PR_CAPBSET_DROP, PR_SET_KEEPCAPS, Libc
from .policy import Policy

OWN_ACCOUNTS = 0x7800_0000  # the first of 2**24: above what systemd and directory services hand out
NOBODY = 65534
CAP_DAC_READ_SEARCH = 2
CAPABILITY_VERSION_3 = 0x2008_0522


def give_up_privileges(libc: Libc, policy: Policy) -> tuple[str, ...]:
    """Turn root into another account, give up every capability, and say what is left.

    One capability may stay: to read where permissions forbid it, if Python itself lies in such a place, say /root.
    Which files that is good for is up to Landlock.
    """
    needed = [
        path for path in map(Path, (policy.scratch, *policy.readable)) if os.access(path, os.F_OK, effective_ids=True)
    ]
    with contextlib.suppress(OSError):  # past the last one; and who may not drop them has none
        for capability in range(64):
            libc.prctl(PR_CAPBSET_DROP, capability)
    names, kept = [], 0
    if os.geteuid() == 0:
        libc.prctl(PR_SET_KEEPCAPS, 1)
        names.append(_leave_root(policy.scratch))
        if not all(os.access(path, os.R_OK, effective_ids=True) for path in needed):
            kept = 1 << CAP_DAC_READ_SEARCH
    libc.call("capset", struct.pack("=Ii", CAPABILITY_VERSION_3, 0), struct.pack("=6I", kept, kept, 0, 0, 0, 0))
    return (*names, "one-capability:read" if kept else "no-capabilities")


def _leave_root(scratch: str) -> str:
    own = OWN_ACCOUNTS + int.from_bytes(os.urandom(3))
    for other, kind in ((own, "own-account"), (NOBODY, "nobody")):  # a container may not have the first
        try:
            os.setgroups([])
            os.setresgid(other, other, other)
            os.chown(scratch, other, other)
            os.setresuid(other, other, other)
        except OSError as error:
            reason = error
        else:
            return kind
    if Path("/proc/self/uid_map").read_text().split()[:2] == ["0", "0"]:
        # The kernel exempts this root from the limit on processes: a fork bomb would go off.
        raise OSError(reason.errno, f"root cannot become another account ({reason.strerror}); start without root")
    return "root-in-name"
