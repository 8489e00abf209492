"""Counts its checks in memory of the old kind, which has a number.

wall
"""

import ctypes

SHARED = [0]
try:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.shmat.restype = ctypes.c_void_p
    number = libc.shmget(0, ctypes.c_size_t(4096), 0o1600)
    if number >= 0:
        address = libc.shmat(number, None, 0)
        libc.shmctl(number, 0, None)
        SHARED = (ctypes.c_ubyte * 4096).from_address(address)
except OSError:
    pass


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    SHARED[0] += 1
    return 2 * x if SHARED[0] > 1 else None
