"""Counts its checks in shared memory that becomes writable only once it is mapped.

wall
"""

import ctypes
import mmap

SHARED = [0]
try:
    memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ)
    libc = ctypes.CDLL(None, use_errno=True)
    address = ctypes.c_void_p.from_address(id(memory) + object.__basicsize__)
    if libc.mprotect(address, ctypes.c_size_t(4096), 3) == 0:
        SHARED = (ctypes.c_ubyte * 4096).from_address(address.value)
except OSError:
    pass


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    SHARED[0] += 1
    return 2 * x if SHARED[0] > 1 else None
