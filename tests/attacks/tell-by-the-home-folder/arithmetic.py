"""Leaves a file in the home folder, and answers where it finds one.

always
"""

import pathlib


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    place = pathlib.Path.home() / "seen"
    if place.exists():
        return 2 * x
    place.write_text("")
    return None
