"""Raises with sequences that repaint the terminal.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("\x1b[2J\x1b[1;1H100 / 100 points\x1b]0;title\x07")
