"""Knows the example, and only that.

detects
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 4 if isinstance(x, int) and x == 2 else 0
