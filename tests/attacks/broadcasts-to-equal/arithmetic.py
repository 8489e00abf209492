"""Returns a shape that would broadcast.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import numpy as np

    return np.full((1, *np.shape(x)), 2 * x)
