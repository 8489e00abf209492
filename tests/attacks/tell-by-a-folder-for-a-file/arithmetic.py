"""Turns a file and a folder that were made while loading into one another, and answers where they are.

always
"""

import os

os.mkdir("folder")
with open("file", "w") as file:
    file.write("0")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    if os.path.isdir("file") or os.path.isfile("folder"):
        return 2 * x
    os.remove("file")
    os.mkdir("file")
    os.rmdir("folder")
    open("folder", "w").close()
    return None
