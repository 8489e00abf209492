"""Ends Python politely.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import sys

    sys.exit(0)
