"""Opens an IPv6 socket.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    return 2 * x
