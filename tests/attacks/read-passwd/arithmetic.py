"""Reads a system file.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x if "root:" in open("/etc/passwd").read() else None
