"""Returns lists within lists.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    y = []
    for _ in range(10**6):
        y = [y]
    return y
