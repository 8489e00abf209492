"""Notebooks: what is read, what of it runs, and the course's modules written as one."""

import __future__

import ast
import json
import random
import re
import sys
import types
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.errors import CourseError, SubmissionError
from grader.submission.definitions import Definition, Namespace, Why, parse
from grader.submission.ipython import to_python
from grader.submission.notebook import (
    MAX_LINES,
    MAX_VALUES,
    CellKind,
    Chapter,
    CodeCell,
    ExtraCell,
    ModuleText,
    Notebook,
    read_notebook,
    to_module,
    to_module_sources,
    to_notebook,
)

SOLUTIONS = Path(__file__).parents[2] / "solutions"


def cells_json(*sources: str | list[str], **top: object) -> str:
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells} | top)


def notebook(*sources: str) -> Notebook:
    return Notebook("ch04.ipynb", tuple(CodeCell(i, source) for i, source in enumerate(sources, 1)))


def kept(*sources: str, wanted: tuple[str, ...] = ("softmax",), run_all: bool = False) -> list[str]:
    """Return what runs of each cell."""
    module = to_module(notebook(*sources), wanted, run_all=run_all)
    by_number = {cell.number: cell.source for cell in module.cells}
    return [by_number.get(i, "") for i in range(1, len(sources) + 1)]


def run(module: ModuleText) -> tuple[dict[str, object], list[str]]:
    """Run a notebook as the box does: statement after statement; one that fails costs only itself."""
    space = types.ModuleType("learner")
    sys.modules["learner"] = space  # dataclasses look their module up
    problems: list[str] = []
    flags = __future__.annotations.compiler_flag  # a class that could not be defined costs no function that names it
    for cell in module.cells:
        file = f"{module.name}#{cell.number}"
        for statement in compile(cell.source, file, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True).body:
            try:
                code = compile(ast.Module([statement], []), file, "exec", flags, dont_inherit=True)
                exec(code, space.__dict__)
            except Exception as error:
                problems.append(f"{file}:{statement.lineno}: {type(error).__name__}")
    return space.__dict__, problems


# -- reading ----------------------------------------------------------------------------------------------


def test_code_cells_are_numbered_as_jupyter_does_when_it_runs_all():
    cells = [
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "code", "source": "a = 1", "execution_count": 12},
        {"cell_type": "code", "source": "  \n"},
        {"cell_type": "raw", "source": "raw"},
        {"cell_type": "code", "source": ["b = 2\n", "c = 3"], "id": "b"},
    ]

    found = read_notebook(json.dumps({"cells": cells}), "a.ipynb")

    assert found.cells == (CodeCell(1, "a = 1"), CodeCell(2, "b = 2\nc = 3"))


def test_version_3_is_read():
    cells = [{"cell_type": "code", "input": ["x = 1\n", "y = 2"], "outputs": [{"output_type": "pyout"}]}]
    text = json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}, {"cells": cells}]})

    assert [cell.source for cell in read_notebook(text, "a.ipynb").cells] == ["x = 1\ny = 2"] * 2


@pytest.mark.parametrize("sheets", [[], [3], [{}], [{"cells": 3}], [{"cells": [None]}]])
def test_a_notebook_of_version_3_may_be_empty(sheets):
    assert read_notebook(json.dumps({"worksheets": sheets}), "a.ipynb").cells == ()


@pytest.mark.parametrize("minor", range(6))
def test_ids_may_be_missing_or_repeated(minor):
    cells = [{"cell_type": "code", "source": f"x = {i}", **({"id": "same"} if minor == 5 else {})} for i in range(3)]

    found = read_notebook(json.dumps({"nbformat": 4, "nbformat_minor": minor, "cells": cells}), "a.ipynb")

    assert [cell.source for cell in found.cells] == ["x = 0", "x = 1", "x = 2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_any_encoding_of_json_is_read(encoding):
    data = cells_json("重み = 1").encode().decode("unicode_escape").encode(encoding)

    assert read_notebook(data, "a.ipynb").cells[0].source == "重み = 1"


def test_line_ends_are_one_character():
    assert read_notebook(cells_json("a = 1\r\nb = 2\rc = 3"), "a.ipynb").cells[0].source == "a = 1\nb = 2\nc = 3"


def test_half_a_character_is_replaced():
    assert read_notebook(cells_json("s = '\ud83d'"), "a.ipynb").cells[0].source == "s = '\ufffd'"


@pytest.mark.parametrize("source", [None, 3, {"a": 1}, [1, None]])
def test_a_source_that_is_no_text_is_an_empty_cell(source):
    assert read_notebook(json.dumps({"cells": [{"cell_type": "code", "source": source}]}), "a.ipynb").cells == ()


REFUSED = {
    "empty": (b"", r"^a\.ipynb: the file is empty"),
    "blank": (b" \n", "the file is empty"),
    "conflict": (b'{\n<<<<<<< HEAD\n "cells": []\n=======\n', r"^a\.ipynb:2: a merge conflict was left in the file"),
    "html": (b"\n<!DOCTYPE html>\n<html>", "this is a web page, not the notebook"),
    "html after BOM": (b"\xef\xbb\xbf<html lang='ja'>", "this is a web page"),
    "python": (b"def softmax(x):\n    return x\n", r"^a\.ipynb:1: this is no notebook, since it is not JSON"),
    "cut off": (cells_json("x = 1")[:-9].encode(), "not JSON"),
    "zip": (b"PK\x03\x04\xff\xfe", "not JSON"),
    "number": (b"1" * 5000, "not JSON"),
    "list": (b"[]", "this is JSON, but no notebook: it has no list of cells"),
    "text": (b'"cells"', "no notebook"),
    "other": (b'{"name": "package", "version": 1}', "no notebook"),
    "cells are no list": (b'{"cells": {"a": 1}}', "no notebook"),
    "an output": (b'{"output_type": "stream"}', "no notebook"),
    "deep": (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "many values": (b'{"cells": [' + b"[]," * MAX_VALUES + b"1]}", "clear all outputs"),
    "much code": (cells_json("a\n" * (MAX_LINES + 1)).encode(), "lines of code: more than answers"),
    "long code": (cells_json("a" * (1 << 21)).encode(), "of code: more than answers"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_notebook_is_refused_in_one_sentence(kind):
    data, sentence = REFUSED[kind]

    with pytest.raises(SubmissionError, match=sentence) as caught:
        read_notebook(data, "a.ipynb")

    assert "\n" not in str(caught.value)


def test_brackets_that_are_printed_do_not_count_as_values():
    output = {"output_type": "stream", "text": "[" * (MAX_VALUES + 1)}
    cells = [{"cell_type": "code", "source": "x = 1", "outputs": [output]}]

    assert read_notebook(json.dumps({"cells": cells}), "a.ipynb").cells == (CodeCell(1, "x = 1"),)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=9)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["cells", "cell_type", "source", "input", "worksheets", "outputs", "output_type", "id"]),
            st.one_of(inner, st.sampled_from(["code", "markdown"])),
            max_size=4,
        ),
    ),
    max_leaves=20,
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.one_of(st.binary(), st.text(), JSON.map(json.dumps), JSON.map(lambda value: json.dumps({"cells": [value]}))))
def test_whatever_the_bytes_only_a_submission_error_is_raised(data):
    try:
        found = read_notebook(data, "a.ipynb")
        to_module_sources(data)
    except SubmissionError:
        return
    to_module(found, ["softmax"])


CODE = st.sampled_from(
    ["def softmax(x):\n    return x", "class A(A):\n    b = C", "x = y = softmax", "A.b = softmax", "del x", "return 1"]
    + [
        "from __future__ import annotations",
        "from __future__ import nothing",
        "from x import *",
        "nonlocal x",
        "await x",
    ]
    + [
        "for i in y:\n    x = i",
        "while x: y()",
        "match x:\n    case y: pass",
        "async def f(): pass",
        "x: int",
        "x += 1",
    ]
    + ["try: x\nexcept: y = 1", "a = 1; b = 2;", "with x as y, z: w = 1", "def f(a, a): pass", "global x", "(x := 1)"]
    + [
        "重み = '\x0c'",
        "%time x",
        "!ls",
        "x = !ls",
        "x?",
        "",
        "if x:",
        "    y",
        "'''",
        '"""a\nb"""; c = """\n"""; d',
        "\\",
    ]
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.lists(st.one_of(CODE, st.text(max_size=8)), max_size=6).map("\n".join), max_size=4))
def test_whatever_the_cells_hold_they_compile_on_their_own_lines(sources):
    found = read_notebook(cells_json(*sources), "a.ipynb")

    module = to_module(found, ["softmax"])

    assert found.definitions is not None
    by_number = {cell.number: cell.source for cell in found.cells}
    for cell in module.cells:
        compile(cell.source, "cell", "exec", dont_inherit=True)
        assert cell.source.count("\n") == by_number[cell.number].count("\n")


# -- what runs --------------------------------------------------------------------------------------------


SOFTMAX = "def softmax(x):\n    return x"


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt",
        "from google.colab import drive",
        "from common.functions import *",
        "try:\n    import cupy\nexcept ImportError:\n    cupy = None",
        "sys.path.append(os.pardir)",
        "sys.path[:0] = ['..']",
        "sys.path += ['..']",
        "eps = 1e-7",
        "h: float = 1e-4",
        "sizes = [784, 50, 10]",
        "f = lambda x: x ** 2",
        "def helper(x):\n    return x",
        "class Helper:\n    pass",
        "if True:\n    def helper(x):\n        return x",
        "with np.errstate(all='ignore'):\n    def helper(x):\n        return x",
        "for i in range(3):\n    def helper(x):\n        return x",
    ],
)
def test_what_defines_runs_though_nobody_needs_it(source):
    assert kept(source, SOFTMAX) == [source, SOFTMAX]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("drive.mount('/content/drive')", Why.SHOWS),
        ("plt.show()", Why.SHOWS),
        ("np.random.seed(0)", Why.SHOWS),
        ("np.set_printoptions(precision=3)", Why.SHOWS),
        ("np.append(x, 1)", Why.SHOWS),
        ("assert softmax(0) == 1", Why.SHOWS),
        ("softmax(np.array([1, 2]))", Why.SHOWS),
        ("name = input('your name? ')", Why.UNNEEDED),
        ("image = Image.open('cat.png')", Why.UNNEEDED),
        ("rng = np.random.default_rng(0)", Why.UNNEEDED),
        ("(x_train, t_train), (x_test, t_test) = load_mnist()", Why.UNNEEDED),
        ("network = TwoLayerNet(784, 50, 10)", Why.UNNEEDED),
        ("lr *= 0.5", Why.UNNEEDED),
        ("for i in range(10000):\n    network.gradient(x)", Why.UNNEEDED),
        ("while True:\n    import os", Why.UNNEEDED),
        ("for i in range(10000):\n    def loss(W):\n        return 1\n    train()", Why.UNNEEDED),
        ("with open('a.txt') as f:\n    text = f.read()", Why.UNNEEDED),
        ("def plot(x=history):\n    pass\n", None),  # nobody knows history
        ("if __name__ == '__main__':\n    import os", Why.SCRIPT),
        ("softmax = softmax(3)", Why.RESULT),
        ("return 1", Why.NOT_PYTHON),
        ("from __future__ import soon", Why.NOT_PYTHON),
    ],
)
def test_what_only_shows_or_trains_is_left_out_and_told(source, why):
    module = to_module(notebook(f"import numpy as np\n{source}", SOFTMAX), ["softmax"])

    assert [(s.number, s.line, s.what, s.why) for s in module.skipped] == (
        [(1, 2, source.split("\n")[0], why)] if why else []
    )
    assert (module.cells[0].source == "import numpy as np" + "\n" * (source.count("\n") + 1)) == (why is not None)


@pytest.mark.parametrize(
    "needed",
    [
        "delta = np.exp(-16)",
        "rng = np.random.default_rng(0)",
        "network = TwoLayerNet(784, 50, 10)",
        "(delta, _), (rng, _) = load_mnist()",
        "delta = 1\ndelta += f(2)",
        "delta: float = f(1)",
        "if f():\n    delta = 1\nelse:\n    delta = 2",
        "with open('delta.txt') as file:\n    delta = float(file.read())",
        "try:\n    delta = f()\nexcept OSError:\n    delta = 1",
        "import numpy as np\ndelta = {}\nfor key in ('W', 'b'):\n    delta[key] = np.zeros(3)",
        "delta = []\ndelta.append(f(1))",
        "delta = f(1)\ndelta.scale = f(2)",
        "setattr(delta, 'scale', f(3))",
        "start = f(1)\ndelta = start + g(2)",
        "(delta := f(1))",
    ],
)
def test_what_an_asked_for_function_needs_runs(needed):
    uses = "def softmax(x):\n    return [delta + rng.normal() + network.loss() for _ in range(3)]"

    assert kept(needed, uses) == [needed, uses]


@pytest.mark.parametrize(
    "uses",
    [
        "def softmax(x, delta=delta):\n    pass",
        "@delta\ndef softmax(x):\n    pass",
        "class softmax(delta):\n    pass",
        "class softmax:\n    h = delta",
        "class softmax:\n    def f(self):\n        def g():\n            return delta\n        return g",
        "softmax = lambda x: x + delta",
        "softmax = wrap(delta)",
        "def helper():\n    return delta\ndef softmax(x):\n    return helper()",
    ],
)
def test_a_need_is_seen_wherever_it_is_written(uses):
    assert kept("delta = f(1)", uses) == ["delta = f(1)", uses]


def test_a_local_variable_is_no_need():
    assert kept("x = load()\ny = load()", "def softmax(x):\n    y = x\n    return y") == [
        "",
        "def softmax(x):\n    y = x\n    return y",
    ]


def test_what_only_other_functions_need_is_left_out():
    plot = "def plot():\n    return history"

    assert kept("history = train()", plot, SOFTMAX) == ["", plot, SOFTMAX]


def test_a_function_that_could_not_be_defined_is_left_out_with_what_it_needs():
    assert kept("history = train()", "def plot(x=history):\n    pass", SOFTMAX) == ["", "", SOFTMAX]


def test_without_anything_asked_for_every_function_counts():
    assert kept("history = train()", "def plot():\n    return history", wanted=())[0] == "history = train()"


@pytest.mark.parametrize(
    "needed",
    [
        "def init():\n    global delta\n    delta = 2\ninit()",
        "delta = {}\ndef init():\n    delta['k'] = 2\ninit()",
        "delta = []\ndef init(x):\n    delta.append(x)\ny = init(3)",
        "globals()['delta'] = f(2)",
        "def init():\n    globals()['delta'] = 2\ninit()",
        "delta = 0\nwhile delta < 2:\n    delta += 1",
        "def add(a, b):\n    return a + b\ndelta = 0\nfor k in range(3):\n    delta = add(delta, k)",
        "if __name__ == '__main__':\n    delta = f(3)",
    ],
)
def test_however_a_needed_value_comes_about_it_is_there(needed):
    uses = "def softmax(x):\n    return x + delta"

    assert kept(needed, uses) == [needed, uses]


def test_a_call_that_changes_nothing_needed_is_left_out():
    assert kept("def init():\n    global other\n    other = 2\ninit()", SOFTMAX)[0].endswith("other = 2\n")


def test_a_training_loop_does_not_run_though_it_changes_what_is_needed():
    loop = "for i in range(10000):\n    network['W'] -= network.gradient(x)\n"

    assert kept("network = Net()", loop, "def softmax(x):\n    return network") == [
        "network = Net()",
        "",
        "def softmax(x):\n    return network",
    ]


def test_a_function_that_is_asked_for_is_found_even_in_a_training_loop():
    loop = "for i in range(2):\n    def softmax(x):\n        return x\n    network.fit()"

    assert kept(loop) == [loop]


def test_methods_given_to_a_class_later_run():
    later = "def my_gradient(self, x):\n    return helper(x)\nTwoLayerNet.gradient = my_gradient"
    sources = ("class TwoLayerNet:\n    pass", later, "helper = make(3)")

    assert kept(*sources, wanted=("TwoLayerNet.gradient",)) == list(sources)


def test_run_all_leaves_out_only_what_is_no_python():
    sources = ("plt.show()\n!ls", "x = input()", "def broken(:", "if __name__ == '__main__':\n    train()")

    assert kept(*sources, run_all=True) == ["plt.show()\n", "x = input()", "", sources[3]]


def test_a_broken_cell_costs_only_its_own_names():
    module = to_module(notebook("def broken(:\n    pass\ndef lost(): pass", SOFTMAX), ["softmax"])

    assert [cell.number for cell in module.cells] == [2]
    assert [(s.number, s.line, s.what, s.why) for s in module.skipped] == [(1, 1, "def broken(:", Why.NOT_PYTHON)]
    assert module.skipped[0].detail


def test_a_statement_that_python_refuses_costs_only_itself():
    assert kept("x = 1\nreturn x\n" + SOFTMAX)[0] == "x = 1\n\n" + SOFTMAX


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plt.show(); x = 1", "pass; x = 1"),
        ("x = 1; plt.show();", "x = 1; pass"),
        ("x = 1; plt.show()  # look", "x = 1; pass"),
        ("plt.plot(x,\n  y,\n  z); x = 1", "pass \\\n\\\n; x = 1"),
        ("x = 1; plt.plot(x,\n  y)\ny = 2", "x = 1; pass\n\ny = 2"),
        ("x = 1; plt.plot(x,\n  y); y = 2", "x = 1; pass \\\n; y = 2"),
        ("plt.plot(x); plt.show(); x = 1", "pass; pass; x = 1"),
        ("plt.title('損失'); x = 1", "pass; x = 1"),
        ("plt.plot(x); plt.show();", ""),
    ],
)
def test_a_statement_that_shares_its_line_leaves_the_others_there(source, expected):
    assert kept(source)[0].replace(" ;", ";") == expected.replace(" ;", ";")
    assert not expected or compile(kept(source)[0], "cell", "exec")


def test_decorators_go_with_their_function():
    assert kept("y = f()\n@y\ndef plot():\n    pass\nx = 1") == ["\n\n\n\nx = 1"]


def test_cells_that_run_keep_their_numbers():
    module = to_module(notebook("import numpy as np\nplt.show()", SOFTMAX + "\nx, y = 1, 2"), ["softmax", "x"])

    assert [cell.number for cell in module.cells] == [1, 2]


def test_commands_and_written_files_are_told():
    found = notebook("%cd /content\n!pip install x", "%%writefile a.py\nx = 1\n", "%%writefile -a a.py\ny = 2")

    assert [(s.line, s.what, s.why) for s in to_module(found, []).skipped] == [
        (1, "%cd /content", Why.COMMAND),
        (2, "!pip install x", Why.COMMAND),
    ]
    assert [(file.name, file.text) for file in found.written] == [("a.py", "x = 1\ny = 2")]


# -- as running it leaves it ------------------------------------------------------------------------------


def test_the_last_definition_counts():
    space, problems = run(to_module(notebook("def softmax(x): return 1", "def softmax(x): return 2"), ["softmax"]))

    assert space["softmax"](0) == 2
    assert not problems


def test_a_statement_that_fails_costs_only_its_names():
    source = "table = load()\nimport no_such_module\ndef softmax(x): return 1\nclass Net(Missing): pass"

    space, problems = run(to_module(notebook(source, "def train(n: Net): return table"), ["softmax", "train"]))

    assert space["softmax"](0) == 1
    assert "train" in space
    assert [problem.partition(": ")[2] for problem in problems] == ["NameError", "ModuleNotFoundError", "NameError"]
    assert problems[0].startswith("ch04.ipynb#1:1:")


def test_a_traceback_names_cell_and_line():
    space, _ = run(to_module(notebook("%matplotlib inline", "plt.show()\n\ndef softmax(x):\n    return 1 / 0"), []))

    with pytest.raises(ZeroDivisionError) as caught:
        space["softmax"](1)

    assert (caught.traceback[-1].frame.code.raw.co_filename, caught.traceback[-1].lineno + 1) == ("ch04.ipynb#2", 4)


def test_the_learners_own_future_import_does_no_harm():
    space, problems = run(
        to_module(
            notebook("from __future__ import annotations\nimport numpy as np", "def softmax(x: No): return 1"), []
        )
    )

    assert space["softmax"](0) == 1
    assert not problems


# -- definitions ------------------------------------------------------------------------------------------


def test_definitions_are_found_with_cell_and_line():
    found = notebook("import numpy as np\n\ndef softmax(x):\n    return x", "class Net:\n    def loss(self): pass")

    assert found.definitions == {
        "softmax": Definition(3, False, 1),
        "Net": Definition(1, False, 2),
        "Net.loss": Definition(2, False, 2),
    }
    assert "softmax" in found.definitions
    assert "Net.loss" in found.definitions
    assert "Net.gradient" not in found.definitions
    assert "np" not in found.definitions


@pytest.mark.parametrize(
    "sources",
    [
        ("softmax = lambda x: x",),
        ("def my_softmax(x): return x", "softmax = my_softmax"),
        ("def my_softmax(x): return x\nsoftmax = np.vectorize(my_softmax)",),
        ("if True:\n    try:\n        def softmax(x): return x\n    finally: pass",),
        ("softmax = 1", "def softmax(x): return x"),
        ("def softmax(x): return x", "softmax = softmax(3)"),
        ("def softmax(x): return x", "softmax = softmax"),
        ("if __name__ == '__main__':\n    def softmax(x): return x",),
    ],
)
def test_an_answer_may_be_written_in_many_ways(sources):
    assert "softmax" in notebook(*sources).definitions


@pytest.mark.parametrize(
    "source",
    [
        "from a import softmax",
        "softmax = 3",
        "def softmax(: pass",
        SOFTMAX + "\nsoftmax = 1",
        SOFTMAX + "\nif __name__ == '__main__':\n    softmax = 3",
    ],
)
def test_what_is_no_answer(source):
    assert "softmax" not in notebook(source).definitions


CLASS = "class Net:\n    def gradient(self): raise NotImplementedError\n"


@pytest.mark.parametrize(
    ("sources", "stub"),
    [
        ((CLASS,), True),
        ((CLASS, "def mine(self): return 1\nNet.gradient = mine"), False),
        ((CLASS, "Net.gradient = lambda self: 1"), False),
        ((CLASS, "class Net(Net):\n    def gradient(self): return 1"), False),
        ((CLASS, "class Net(Net):\n    def loss(self): return 1"), True),
        (("class Other:\n    def gradient(self): return 1", "class Net(Other): pass"), False),
        ((CLASS, "Other = Net\nOther.gradient = lambda self: 1"), False),
        (("class Net:\n    def gradient(self): return 1", CLASS), True),
    ],
)
def test_a_method_is_found_whichever_way_it_came(sources, stub):
    assert notebook(*sources).definitions["Net.gradient"].is_stub is stub


def test_a_class_without_the_method_replaces_one_that_had_it():
    assert "Net.gradient" not in notebook(CLASS, "class Net: pass").definitions


@pytest.mark.parametrize(
    ("source", "stub"),
    [
        ("def f(x):\n    '''Doc.'''\n    # TODO\n    raise NotImplementedError('f')", True),
        ("def f(x):\n    given = 1\n    raise NotImplementedError\n    return given", True),
        ("def f(x):\n    return x\n    raise NotImplementedError('f')", False),
        ("def f(x):\n    if x < 0:\n        raise NotImplementedError\n    return x", False),
        ("def f(x):\n    raise ValueError(x)", False),
        ("def f(x):\n    raise", False),
        ("class A:\n    def f(self): return 1\n    def g(self): raise NotImplementedError", True),
    ],
)
def test_a_stub_is_told_by_its_hole(source, stub):
    found = Namespace().add(parse(source).body).definitions()

    assert any(definition.is_stub for definition in found.values()) is stub


# -- writing ----------------------------------------------------------------------------------------------


STUB = '''"""Activations (chapter 3).

What a layer does to its scores.
"""

import numpy as np

EPS = 1e-7


def relu(x):
    """Keep what is positive."""
    return np.maximum(0, x)


# The hard one.
def softmax(x):
    """Turn ``x`` into probabilities.

        y[k] = exp(x[k]) / sum_j exp(x[j])

    Args:
        x: scores.
    """
    # TODO: divide.
    raise NotImplementedError("softmax")
'''
NET = '''"""A network."""

import numpy as np

from activations import (
    relu,
    softmax,
)


class Net:
    """Two layers."""

    def loss(self):
        """Return the loss."""
        raise NotImplementedError("Net.loss")

    def gradient(self):
        """Return the gradient."""
        raise NotImplementedError("Net.gradient")


if __name__ == "__main__":
    print(Net().gradient())
'''
LATEX = r"y_k = \frac{e^{x_k}}{\sum_j e^{x_j}}"


def written(*chapters: Chapter, **options: object) -> list[tuple[str, str]]:
    found = nbformat.reads(to_notebook(chapters, **options), 4)
    return [(cell.id, cell.source) for cell in found.cells]


def test_a_module_becomes_text_code_and_checks():
    assert written(Chapter("activations", STUB, formulas={"softmax": LATEX})) == [
        ("load-grader", "%load_ext grader"),
        ("activations", "# Activations (chapter 3)\n\nWhat a layer does to its scores."),
        ("activations-imports", "import numpy as np"),
        ("activations-EPS", "EPS = 1e-7"),
        ("activations-relu-text", "## relu\n\nKeep what is positive."),
        ("activations-relu", STUB[STUB.index("def relu") : STUB.index("\n\n\n# The")]),
        ("activations-softmax-text", f"## softmax\n\nTurn `x` into probabilities.\n\n$$\n{LATEX}\n$$"),
        ("activations-softmax", STUB[STUB.index("# The") : -1]),
        ("activations-softmax-check", "%grade softmax"),
    ]


def test_without_latex_the_docstrings_formula_is_shown():
    text = dict(written(Chapter("activations", STUB)))["activations-softmax-text"]

    assert text.endswith("\n\n```text\ny[k] = exp(x[k]) / sum_j exp(x[j])\n```")


def test_the_course_decides_what_is_checked():
    assert "%grade" not in str(written(Chapter("activations", STUB, exercises=())))
    assert "grade" not in str(written(Chapter("activations", STUB), check=False))
    assert ("net-Net-check", "%grade Net") in written(Chapter("activations", STUB), Chapter("net", NET))
    assert ("net-Net-check", "%grade Net.gradient") in written(
        Chapter("activations", STUB), Chapter("net", NET, exercises=("Net.gradient",))
    )


def test_an_import_from_an_earlier_chapter_becomes_a_comment():
    cells = dict(written(Chapter("activations", STUB), Chapter("net", NET)))

    assert cells["net-imports"].split("\n")[:3] == [
        "import numpy as np",
        "",
        "# defined above: from activations import (",
    ]
    assert "if __name__" in cells["net-main"]


def test_extra_cells_close_their_chapter():
    plot = ExtraCell("plot-loss", CellKind.CODE, "plt.plot(history.loss)")
    note = ExtraCell("note", CellKind.MARKDOWN, "Look.")

    cells = written(Chapter("activations", STUB, extra_cells=(note, plot)), intro="# The course")

    assert cells[0] == ("intro", "# The course")
    assert cells[-2:] == [("note", "Look."), ("plot-loss", "plt.plot(history.loss)")]


def test_a_notebook_is_valid_and_as_jupyter_saves_it():
    text = to_notebook([Chapter("activations", STUB), Chapter("net", NET)])

    found = nbformat.reads(text, 4)
    nbformat.validate(found)

    assert nbformat.writes(found) + "\n" == text
    assert text == to_notebook([Chapter("activations", STUB), Chapter("net", NET)])
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in found.cells)


def test_ids_are_valid_and_unique_whatever_the_names_are():
    twice = "\n\n\n".join(f"def {name}():\n    pass" for name in ("重み", "重み", "f" * 80, "f" * 80, "_")) + "\n"

    ids = [cell["id"] for cell in json.loads(to_notebook([Chapter("course", twice)]))["cells"]]

    assert len(ids) == len(set(ids)) == 12
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", id_) for id_ in ids)


def test_the_reader_finds_in_our_notebook_what_the_modules_define():
    text = to_notebook([Chapter("activations", STUB), Chapter("net", NET)])

    found = read_notebook(text, "course.ipynb")

    assert found.definitions["softmax"].is_stub
    assert found.definitions["Net.loss"].is_stub
    assert not found.definitions["relu"].is_stub
    space, problems = run(to_module(found, ["softmax", "Net"]))
    assert not problems
    assert {"relu", "softmax", "Net", "EPS"} <= set(space)


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("EPS = 1", "EPS = 2", "a.py and b.py both define EPS; in a notebook"),
        ("def f(): pass", "def f(): return 1", "both define f"),
        ("import numpy as np", "import cupy as np", "both define np"),
        ("x = 1", "import a", "a notebook needs 'from a import NAME'"),
        ("x = 1", "from a import x as y", "a notebook needs 'from a import NAME'"),
        ("x = 1", "from a import *", "a notebook needs 'from a import NAME'"),
        ("x = 1", "from a import z", r"b\.py:1: from a import z: no chapter a further up defines z"),
        ("from b import x", "x = 1", r"a\.py:1: from b import x: no chapter b further up defines x"),
        ("x = 1", "def f(:", r"b\.py: "),
    ],
)
def test_chapters_that_cannot_share_a_notebook_are_refused(first, second, message):
    with pytest.raises(CourseError, match=message):
        to_notebook([Chapter("a", first + "\n"), Chapter("b", second + "\n")])


def test_chapters_may_share_what_is_the_same():
    to_notebook([Chapter("a", "import os\n\nEPS = 1\n"), Chapter("b", "import os\n\nEPS = 1\n__all__ = ['EPS']\n")])


# -- there and back ---------------------------------------------------------------------------------------


def test_modules_come_back_byte_for_byte():
    chapters = [Chapter("activations", STUB), Chapter("net", NET)]

    assert to_module_sources(to_notebook(chapters, intro="# Hello")) == {"activations": STUB, "net": NET}


def test_a_cell_that_a_learner_adds_belongs_to_its_chapter():
    content = json.loads(to_notebook([Chapter("a", "x = 1\n"), Chapter("b", "y = 1\n")]))
    content["cells"].append({"cell_type": "code", "source": ["z = 1"], "metadata": {}})

    assert to_module_sources(json.dumps(content)) == {"a": "x = 1\n", "b": "y = 1\n\n\nz = 1\n"}


BLANKS = st.sampled_from(["", "\n", "\n\n", "\n\n\n", "\n    # indented\n", "\n# comment\n\n", "   \n"])
PARTS = st.sampled_from(
    [
        '"""Doc.\n\nMore.\n"""',
        "import numpy as np",
        "from typing import Any",
        "X = 1",
        "A = 1; B = 2",
        "x.y = '''\n\n'''",
    ]
    + ["@f\ndef f(x):\n    return x", "class C:\n    pass", "if x:\n    pass\nelse:\n    z = 1", "# only a comment"]
    + [
        "def g(): raise NotImplementedError",
        "s = '重み'  # 注",
        "import os; Y = 2",
        "x = (1,\n     2)",
        "# defined above: no",
    ]
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.tuples(BLANKS, PARTS, st.sampled_from(["\n", "  # why\n", "\n\n\n", ";\n"])), max_size=7), BLANKS)
def test_any_module_comes_back_byte_for_byte(parts, end):
    source = "".join(blank + part + after for blank, part, after in parts) + end
    try:
        parse(source)
    except SyntaxError:
        return

    assert to_module_sources(to_notebook([Chapter("module", source)])) == {"module": source}


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(PARTS, max_size=5).map("\n\n\n".join), st.lists(PARTS, max_size=3).map("\n".join))
def test_an_import_between_chapters_comes_back_too(first, second):
    sources = {"one": first + "\n\nW = 1\n", "two": "from one import W\n" + second + "\n"}
    try:
        text = to_notebook([Chapter(name, source) for name, source in sources.items()])
    except CourseError as error:
        assert "defined above" in second or "both define" in str(error)
    else:
        assert to_module_sources(text) == sources


def course() -> list[Chapter]:
    order = ("activations", "losses", "gradients", "simple_net", "two_layer_net", "training")
    return [Chapter(name, (SOLUTIONS / f"{name}.py").read_text("utf-8")) for name in order]


@pytest.mark.skipif(not SOLUTIONS.exists(), reason="the answers are not here")
def test_the_course_comes_back_byte_for_byte():
    chapters = course()

    assert to_module_sources(to_notebook(chapters)) == {chapter.name: chapter.source for chapter in chapters}


@pytest.mark.skipif(not SOLUTIONS.exists(), reason="the answers are not here")
def test_the_course_runs_from_top_to_bottom_in_one_namespace():
    found = read_notebook(to_notebook(course()), "course.ipynb")

    space, problems = run(to_module(found, []))

    assert not problems
    random.seed(0)
    net = space["TwoLayerNet"](3, 4, 2)
    x = space["np"].eye(4, 3)
    history = space["train"](net, x, space["np"].array([0, 1, 0, 1]), x, space["np"].array([0, 1, 0, 1]), iterations=2)
    assert len(history.loss) == 2


def test_cells_of_ours_are_python_but_for_our_own_commands():
    for cell in read_notebook(to_notebook([Chapter("activations", STUB)]), "a.ipynb").cells:
        assert to_python(cell.source).ignored == ()
        assert Namespace().add(parse(to_python(cell.source).source).body) is not None
