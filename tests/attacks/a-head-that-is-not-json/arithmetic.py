"""Sends what cannot be read.

always
"""

import gc


def pipe():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")


def link():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Link")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import struct

    pipe()._writer.write(struct.pack(">IQ", 4, 0) + b"}{]\xff")
    return 2 * x
