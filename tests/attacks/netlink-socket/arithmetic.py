"""Asks the kernel about the network.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import socket

    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)
    return 2 * x
