"""Recurses as deep as Python lets it, and deeper.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import sys

    sys.setrecursionlimit(10**9)


    def down(n):
        return down(n + 1) + 1


    return down(0)
