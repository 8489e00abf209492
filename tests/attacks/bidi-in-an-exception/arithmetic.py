"""Raises with characters that turn the direction.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("\u202e\u2066points 001\u2069")
