"""Sets its standard input not to wait, and answers where it finds that done.

always
"""

import os


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    if not os.get_blocking(0):
        return 2 * x
    os.set_blocking(0, False)
    return None
