"""Leaves a file, and answers where it finds one.

always
"""

import os


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    if os.path.exists("seen/before"):
        return 2 * x
    os.makedirs("seen")
    open("seen/before", "w").close()
    return None
