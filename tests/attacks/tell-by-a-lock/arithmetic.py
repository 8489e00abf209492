"""Locks a file that was opened while it was loaded, and answers where it is locked.

always
"""

import os

FILE = open("lock", "w")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import fcntl

    try:
        fcntl.flock(os.open("lock", os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 2 * x
    fcntl.flock(FILE, fcntl.LOCK_SH)
    return None
