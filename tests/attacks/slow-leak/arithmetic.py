"""Asks for more and more memory.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    kept = []
    while True:
        kept.append(bytearray(1 << 22))
