"""Ends Python while it is loaded.

always everything
"""

import os

os._exit(0)


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x
