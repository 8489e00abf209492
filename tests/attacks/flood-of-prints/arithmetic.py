"""Prints without end.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    while True:
        print("x" * 10**6)
