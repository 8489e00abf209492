"""Raises with markup that rich would obey.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("[bold green]100 / 100[/bold green] [link=http://example.org]x[/link]")
