"""Kills its process group.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os
    import signal

    os.killpg(0, signal.SIGKILL)
    return 2 * x
