"""Raises with HTML.

always display
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    raise ValueError("</pre><script>alert(1)</script>")
