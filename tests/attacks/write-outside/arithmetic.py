"""Writes a file outside of the scratch folder.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    open("/tmp/grade-attacks/public/written", "w").write("x")
    return 2 * x
