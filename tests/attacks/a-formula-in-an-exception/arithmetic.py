"""Raises with a spreadsheet formula.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("=1+1")
