"""Raises an exception with a text of 100 MB.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("x" * 10**8)
