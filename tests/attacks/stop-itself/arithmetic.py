"""Stops without ending.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)
    while True:
        pass
