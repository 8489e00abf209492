"""Asks for 100 GiB at once.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import numpy as np

    np.ones(100 * 2**27)
    return 2 * x
