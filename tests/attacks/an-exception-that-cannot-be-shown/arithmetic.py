"""Raises an exception whose text raises.

always display
"""

class Silent(Exception):
    def __str__(self):
        raise RuntimeError("no text")

    __repr__ = __str__


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise Silent
