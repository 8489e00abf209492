"""Talks to a server with an abstract name.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    with socket.socket(socket.AF_UNIX) as client:
        client.connect("\0grade-attacks")
    return 2 * x
