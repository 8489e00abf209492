"""Keeps numbers in files, as an honest answer may: some from loading on, some for a moment.

earned
"""

import os

import numpy as np

KEPT = [os.makedirs("numbers/kept", exist_ok=True), np.save("numbers/kept/two.npy", np.array([2.0]))]
LOG = open("log.txt", "w+")


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    assert KEPT
    LOG.write("called\n")
    LOG.seek(0)
    assert LOG.read() == "called\n"
    two = np.load("numbers/kept/two.npy", mmap_mode="r")
    assert not os.path.exists("result.npy")
    np.save("result.npy", x * two[0])
    return np.load("result.npy")[()]
