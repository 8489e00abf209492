"""Ends Python while it is loaded.

always
"""

import os


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x, end=os._exit(0)):
    return 2 * x
