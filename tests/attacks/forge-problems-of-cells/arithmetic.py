"""Writes of statements that failed, with numbers that nobody can use.

always everything
"""

import gc

pipe = next(o for o in gc.get_objects() if type(o).__name__ == "Pipe")
pipe.send({"op": "loading", "module": "arithmetic", "part": ["notebook 1", 10**4000]})
problem = {"names": ["double"], "file": "x" * 10**5, "line": 1e308 * 10, "part": ["notebook 1", -1]}
found = {"arithmetic": {"error": None, "missing": [], "names": []}}
pipe.send({"op": "loaded", "found": found, "problems": [problem], "inert": [["x"]]})


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 0 * x
