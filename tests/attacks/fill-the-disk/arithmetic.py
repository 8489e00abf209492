"""Writes one file after another until nothing fits.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    block = b"x" * (1 << 20)
    total = 0
    for number in range(10**6):
        with open(f"file{number}", "wb") as file:
            for _ in range(3):
                total += file.write(block)
        if total > 64 << 20:
            return 2 * x
