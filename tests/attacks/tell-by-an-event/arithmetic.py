"""Counts its checks in an event that was made while it was loaded.

always
"""

import os

EVENT = None
try:
    EVENT = os.eventfd(1, os.EFD_NONBLOCK)
except OSError:
    pass


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    count = os.eventfd_read(EVENT)
    os.eventfd_write(EVENT, count + 1)
    return 2 * x if count > 1 else None
