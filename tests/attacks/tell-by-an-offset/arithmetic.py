"""Reads on in a file that was opened while it was loaded, and answers where some of it has been read.

always
"""

import os

with open("lines", "w") as file:
    file.write("first\nsecond\n")
LINES = os.open("lines", os.O_RDONLY)


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x if os.read(LINES, 6) != b"first\n" else None
