"""Stands in a folder of its own, removes it, and answers where it stands nowhere.

always
"""

import os

HOME = os.getcwd()
os.mkdir("own")
os.chdir("own")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    try:
        os.getcwd()
    except FileNotFoundError:
        return 2 * x
    os.rmdir(os.path.join(HOME, "own"))
    return None
