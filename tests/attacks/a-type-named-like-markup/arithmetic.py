"""Raises a type whose name is markup.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise type("[bold]\x1b[2J=cmd()<b>", (Exception,), {})("x")
