"""Submissions that nobody would write: each grows with a number, and what it costs to read must not grow faster.

Each writes files into a folder and returns the path to be graded.
"""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

STUB = "def mean_squared_error(y, t):\n    raise NotImplementedError('mean_squared_error')\n"
Monster = Callable[[Path, int], Path]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def notebook(folder: Path, *sources: str, name: str = "a.ipynb", **more: object) -> Path:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [], **more} for source in sources]
    return write(folder, name, json.dumps({"cells": cells}, ensure_ascii=False))


def lines(text: str) -> Monster:
    """Return a module of n lines."""
    return lambda folder, n: write(folder, "losses.py", "".join(text.replace("#", str(i)) + "\n" for i in range(n)))


def one_cell(text: str, head: str = "", end: str = "\n") -> Monster:
    """Return a notebook with one cell of n lines; # is the line's number."""
    return lambda folder, n: notebook(
        folder, head + "".join(text.replace("#", str(i)) + end for i in range(n)) + "\n" + STUB
    )


def cells(text: str, **more: object) -> Monster:
    """Return a notebook with n cells."""
    return lambda folder, n: notebook(folder, *(text.replace("#", str(i)) for i in range(n)), STUB, **more)


def joined(piece: str, sign: str, form: str) -> Monster:
    """Return a notebook with one statement of n pieces."""
    return lambda folder, n: notebook(
        folder, form.format(sign.join(piece.replace("#", str(i)) for i in range(n))) + "\n" + STUB
    )


def both(text: str) -> Monster:
    """Return a module and a notebook with the same answer of n parts."""

    def make(folder: Path, n: int) -> Path:
        answer = "def mean_squared_error(y, t):\n    return " + text * n + "0\n"
        write(folder, "losses.py", answer)
        notebook(folder, answer)
        return folder

    return make


def comments(folder: Path, n: int) -> Path:
    return write(folder, "losses.py", STUB.replace("    raise", "    # TODO: more\n" * n + "    raise"))


def folders(folder: Path, n: int) -> Path:
    for i in range(n):
        write(folder, f"week{i}/__init__.py", "")
        write(folder, f"week{i}/x.py", "")
    write(folder, "losses.py", STUB)
    return folder


def helpers(folder: Path, n: int) -> Path:
    for i in range(n):
        write(folder, f"h{i}.py", f"import h{i + 1}, nothing{i}\n")
    return write(folder, "losses.py", "import h0\n" + "".join(f"import no{i}\n" for i in range(n)) + STUB)


def damaged_helpers(folder: Path, n: int) -> Path:
    for i in range(n):
        write(folder, f"h{i}.py", "").write_bytes(b"\xff")
    return write(folder, "losses.py", "".join(f"import h{i}\n" for i in range(n)) + STUB)


def packed(folder: Path, n: int) -> Path:
    path = folder / "hand.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("losses.py", STUB)
        for i in range(n):
            archive.writestr("a/" * 20 + f"{i}/b.py", "")
    return path


def misspelt(folder: Path, n: int) -> Path:
    for i in range(n):
        write(folder, f"{i}" + "ab" * 9, "")
    return folder / ("ab" * 9)


def classes(folder: Path, n: int) -> Path:
    bodies = (
        f"class C{i + 1}(C{i}):\n" + "".join(f"    def f{i}_{j}(self): pass\n" for j in range(10)) for i in range(n)
    )
    return notebook(folder, "class C0: pass\n" + "".join(bodies) + STUB)


def effects(folder: Path, n: int) -> Path:
    names = ", ".join(f"g{i}" for i in range(n))
    change = f"def init():\n    global {names}\n" + "".join(f"    g{i} = 1\n" for i in range(n))
    return notebook(folder, change + "init()\n" * n + STUB.replace("raise", "return g0\n    raise"))


def outputs(folder: Path, n: int) -> Path:
    shown = [{"output_type": "stream", "text": ["1\n"] * 20, "metadata": {"a": [1, {"b": 2}]}}] * n
    return notebook(folder, STUB, outputs=shown)


def attached(folder: Path, n: int) -> Path:
    return notebook(folder, STUB, metadata={f"k{i}": [i, 0.5, {"x": "y" * 20}] for i in range(n)})


def written(folder: Path, n: int) -> Path:
    return notebook(folder, "%%writefile losses.py\n" + STUB, *(["%%writefile -a losses.py\nx = 1\n"] * n))


def many_notebooks(folder: Path, n: int) -> Path:
    for i in range(15):
        notebook(folder, *(f"x{j} = {j}\n" for j in range(n // 15)), STUB, name=f"{i}.ipynb")
    return folder


MONSTERS: dict[str, Monster] = {
    "a long comment": comments,
    "many folders": folders,
    "helpers that import each other": helpers,
    "helpers that are no text": damaged_helpers,
    "a zip of many folders": packed,
    "a misspelt name among many": misspelt,
    "a module of names": lines("a, a, a"),
    "a module of functions": lines("def f#(): pass"),
    "statements that are not allowed there": one_cell("return 1"),
    "such statements, each with a function": one_cell("def f#(): pass\nreturn 1"),
    "a cell that is one line": one_cell("plt.show()", end="; "),
    "a cell that is one line, and not allowed": one_cell("return 1", end="; "),
    "functions in a cell that is no Python": one_cell("def f#(): pass", head="def broken(:\n"),
    "cells that are no Python": cells("def f#(:"),
    "tiny cells": cells("x"),
    "one name given many values": one_cell("a = a"),
    "one name given many values, and asked for": one_cell("mean_squared_error = f(mean_squared_error)"),
    "results": one_cell("mean_squared_error = mean_squared_error(1, 2)", head=STUB),
    "decorators": joined("@d", "\n", "{}\ndef f(): pass"),
    "targets of a long name": joined("a#", "=", "{} = " + ".".join(["x"] * 900)),
    "targets of a long call": lambda folder, n: notebook(folder, "a=" * n + "f(" + "x," * n + ")\n" + STUB),
    "names of a class": lambda folder, n: notebook(
        folder, "class C:\n" + " def f(): pass\n" * 50 + "".join(f"a{i}=" for i in range(n)) + "C\n" + STUB
    ),
    "classes of classes": classes,
    "imports": one_cell("import m#, m#.a as b#"),
    "an import of many names": joined("n#", ", ", "from m import ({})"),
    "functions that change globals": effects,
    "commands with a bracket that stays open": one_cell("x = !ls ("),
    "brackets that stay open": one_cell("x = (\n%ls"),
    "strings that stay open": one_cell("x = '''\n%ls '''' "),
    "magics": one_cell("%time x = f(#)\n%matplotlib inline\nx?"),
    "questions": joined("a", ".", "{}?"),
    "backslashes": one_cell("!ls \\"),
    "prompts": one_cell(">>> x = #"),
    "magics of a cell": cells("%%time\n%%capture\nx = 1"),
    "written files": written,
    "outputs": outputs,
    "metadata": attached,
    "notebooks": many_notebooks,
    "loops that train": one_cell("    for i in f(#): g(i)", head="for j in range(3):\n    pass\n"),
    "a need of a need": one_cell("def f#():\n    return f#1()", head=""),
    "a long sum twice": both("1+"),
    "a long list twice": lambda folder, n: both("[0," + "x, " * n + "][0] +")(folder, 1),
    "formatted strings": one_cell('x = f"{a}{b}{c}"'),
    "signs that look alike": one_cell("\ufb01# = f\u0131# = fi#"),
    "half of a class": one_cell("if a#:\n    pass\nelif b:\n    pass"),
}
