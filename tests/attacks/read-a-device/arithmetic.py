"""Reads what a device holds.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x if open("/dev/mem", "rb").read(1) or open("/dev/kmsg").read(1) else None
