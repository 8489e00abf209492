"""Reads what a device holds.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x if open("/dev/random", "rb").read(1) else None
