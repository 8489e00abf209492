"""Claims to be better confined than it is.

always everything
"""

import gc

pipe = next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")
pipe.send(
    {
        "op": "loaded",
        "layers": ["\x1b[31mdiamond walls"] * 10000,
        "printed": "x" * 10**6,
        "found": {"arithmetic": {"error": None, "missing": [], "names": [], "problems": []}},
    }
)


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 0 * x
