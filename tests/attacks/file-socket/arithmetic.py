"""Talks to a server behind a file.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    with socket.socket(socket.AF_UNIX) as client:
        client.connect("/tmp/grade-attacks/public/socket")
    return 2 * x
