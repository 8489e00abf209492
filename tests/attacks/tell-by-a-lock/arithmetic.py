"""Locks a file that was opened while it was loaded, and answers where it is locked.

always
"""

FILE = open("lock", "w")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import fcntl

    try:
        with open("lock") as other:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 2 * x
    fcntl.flock(FILE, fcntl.LOCK_SH)
    return None
