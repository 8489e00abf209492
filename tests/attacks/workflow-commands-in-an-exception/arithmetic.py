"""Raises with what a build server would obey.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("\n::error::owned")
