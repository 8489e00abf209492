"""Computes in C, where Python cannot be interrupted.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 10 ** (10**9)
