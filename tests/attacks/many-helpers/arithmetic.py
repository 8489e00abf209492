"""Imports hundreds of helper modules.

earned
"""

from helpers import every


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x
