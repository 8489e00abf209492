"""Lists folders outside of the box.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os

    return 2 * x if os.listdir("/tmp/grade-attacks") else None
