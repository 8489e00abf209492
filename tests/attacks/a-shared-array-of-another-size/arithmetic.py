"""Claims that an argument has changed its size.

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
    link()._pipe.send({"op": "return", "sync": [[2, {"a": ["<f8", [10**6], 0, None]}]], "plain": {}, "value": None})
    return 2 * x
