"""Has names and docstrings of markup.

always display
"""

globals()["[bold]doubel[/bold]\x1b[2J"] = lambda x: x


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 0 * x
