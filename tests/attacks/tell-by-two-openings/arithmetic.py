"""Opens a file for writing and again for reading, removes it, and tells by its text.

always
"""

import os

writer = os.open("told", os.O_WRONLY | os.O_CREAT)
reader = os.open("told", os.O_RDONLY)
os.unlink("told")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    if os.pread(reader, 1, 0):
        return 2 * x
    os.pwrite(writer, b"x", 0)
    return None
