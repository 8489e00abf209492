"""Announces a frame that is larger than memory.

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

    pipe()._writer.write(struct.pack(">IQ", 2**32 - 1, 2**63))
    return 2 * x
