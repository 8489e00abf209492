"""Reads where there is no memory.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import ctypes

    return ctypes.string_at(1)
