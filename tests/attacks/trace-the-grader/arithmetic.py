"""Attaches to its parent as a debugger.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    for _ in range(1000):  # the copy of another check may hold it for a moment
        if libc.ptrace(16, os.getppid(), 0, 0) == 0:
            break
    else:
        raise OSError(ctypes.get_errno(), "ptrace")
    libc.ptrace(17, os.getppid(), 0, 0)
    return 2 * x
