"""Moves its place in a folder that is open, and answers where it was moved.

always
"""

import os

os.makedirs("folder")
open("folder/file", "w").close()
folder = os.open("folder", os.O_RDONLY)


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    if os.lseek(folder, 0, os.SEEK_CUR):
        return 2 * x
    os.lseek(folder, 1, os.SEEK_SET)
    return None
