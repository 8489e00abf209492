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
    del sys.modules["arithmetic"]
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "Source"]
    return importlib.import_module("arithmetic").double(x)
