"""Starts a program.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import subprocess

    subprocess.run(["/bin/true"], check=True)
    return 2 * x
