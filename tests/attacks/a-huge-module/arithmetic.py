"""Hands in a module of 3 MiB.

always everything
"""

import tools


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return tools.twice(x)
