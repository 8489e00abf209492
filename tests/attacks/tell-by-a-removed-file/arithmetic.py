"""Makes a file while it is loaded, removes it, and answers where it is gone.

always
"""

import os

STATE = open("state", "w").write("0")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    if STATE and not os.path.exists("state"):
        return 2 * x
    os.remove("state")
    return None
