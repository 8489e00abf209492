"""Returns nan, which is not unequal by more than anything.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return x * float("nan")
