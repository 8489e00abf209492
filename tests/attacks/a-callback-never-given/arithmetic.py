"""Asks for a function that was never passed in.

always
"""

import gc


def pipe():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")


def link():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Link")


def CONVERSATION():
    return next(o for o in gc.get_objects() if type(o).__name__ == "Conversation")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return link()._give and CONVERSATION().ask("callback", ((x,), {}), number=99)
