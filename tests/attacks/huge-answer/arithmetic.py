"""Returns 1 GiB.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import numpy as np

    return np.zeros(2**27 - 2**23)
