"""Sends more answers than it was asked for.

always
"""

import gc


def pipe():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")


def link():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Link")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    link().send("return", (None, {}), printed="")
    link().send("return", (2 * x, {}), printed="")
    return 2 * x
