"""Stops the clock, and never ends.

always
"""

import time

time.time = time.monotonic = time.perf_counter = lambda: 0.0


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    while True:
        pass
