"""Returns an array of objects.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import numpy as np

    return np.array(2 * x, dtype=object)
