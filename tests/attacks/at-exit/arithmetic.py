"""Leaves work for the end of Python.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import atexit

    atexit.register(print, "still here")
    raise SystemExit(0)
