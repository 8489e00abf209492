"""Talks to a server on this machine.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    port = 39917
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return 2 * x
