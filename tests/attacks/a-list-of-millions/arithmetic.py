"""Returns a list of ten million numbers.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return [0] * 10**7
