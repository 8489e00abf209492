"""Puts the solutions on the path, and imports them.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import importlib
    import sys

    sys.path.insert(0, "/tmp/grade-attacks/course/solutions")
    sys.modules.pop("arithmetic", None)
    return importlib.import_module("arithmetic").double(x)
