"""Asks for the address of a name.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    socket.getaddrinfo("localhost", 80, type=socket.SOCK_STREAM)
    socket.socket()
    return 2 * x
