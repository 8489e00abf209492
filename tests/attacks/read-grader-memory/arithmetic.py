"""Reads the memory of the grader.

wall
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import os

    pid = os.getppid()
    for _ in range(4):
        with open(f"/proc/{pid}/mem", "rb") as memory:
            for line in open(f"/proc/{pid}/maps"):
                if "[heap]" in line:
                    memory.seek(int(line.split("-")[0], 16))
                    return 2 * x if memory.read(64) else None
        pid = int(open(f"/proc/{pid}/stat").read().split()[3])
