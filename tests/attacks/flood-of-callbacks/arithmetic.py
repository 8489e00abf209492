"""Sends frames without end, as if it asked for something.

always
"""


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    import gc

    wire = next(o for o in gc.get_objects() if type(o).__name__ == "Link")
    while True:
        wire.send("callback", ((), {}), number=0)
