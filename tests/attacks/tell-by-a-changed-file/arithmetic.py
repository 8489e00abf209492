"""Makes a file while it is loaded, changes it by its full path, and answers where it is changed.

always
"""

import os

PLACE = os.path.join(os.getcwd(), "state")
with open(PLACE, "w") as file:
    file.write("0")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    with open(PLACE) as file:
        if file.read() != "0":
            return 2 * x
    with open(PLACE, "w") as file:
        file.write("1")
    return None
