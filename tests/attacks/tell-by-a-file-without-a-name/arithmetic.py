"""Writes to a file that was opened while it was loaded, and has no name.

always
"""

import tempfile

FILE = tempfile.TemporaryFile()


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    FILE.seek(0)
    told = FILE.read()
    FILE.write(b"x")
    FILE.flush()
    return 2 * x if told else None
