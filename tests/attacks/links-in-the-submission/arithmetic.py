"""Has a link to a secret among its files; the test makes it.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import stolen

    return 2 * x * stolen.SECRET
