"""Changes numpy for everybody.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import numpy

    open(numpy.__file__, "a").write("")
    return 2 * x
