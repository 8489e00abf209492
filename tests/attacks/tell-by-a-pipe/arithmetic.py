"""Writes into a pipe that was made while it was loaded, and answers where something comes out.

always
"""

import os

READ, WRITE = os.pipe()
os.set_blocking(READ, False)


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    try:
        told = os.read(READ, 1)
    except BlockingIOError:
        told = b""
    os.write(WRITE, b"x")
    return 2 * x if told else None
