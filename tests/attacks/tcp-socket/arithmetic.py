"""Opens a TCP socket.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    return 2 * x
