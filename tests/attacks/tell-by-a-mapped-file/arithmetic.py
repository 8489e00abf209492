"""Counts its checks in a file of the scratch folder that all copies have mapped.

always
"""

import mmap
import os

SHARED = [0]
try:
    fd = os.open("shared", os.O_RDWR | os.O_CREAT)
    os.ftruncate(fd, 4096)
    SHARED = mmap.mmap(fd, 4096)
    os.remove("shared")
except OSError:
    pass


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    SHARED[0] += 1
    return 2 * x if SHARED[0] > 1 else None
