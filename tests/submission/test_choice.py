"""Which statements of a notebook run, and what running them leaves."""

import pytest
from conftest import SOFTMAX, notebook, run_cells

from grader.submission.choice import Why


def kept(*sources: str, wanted: tuple[str, ...] = ("softmax",), run_all: bool = False) -> list[str]:
    """Return what runs of each cell."""
    module = notebook(*sources).chosen(wanted, run_all=run_all)
    by_number = {cell.number: cell.source for cell in module.cells}
    return [by_number.get(i, "") for i in range(1, len(sources) + 1)]


@pytest.mark.parametrize(
    "source",
    [
        "import matplotlib.pyplot as plt",
        "from google.colab import drive",
        "from common.functions import *",
        "try:\n    import cupy\nexcept ImportError:\n    cupy = None",
        "np.random.seed(0)",
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
    module = notebook(f"import numpy as np\n{source}", SOFTMAX).chosen(["softmax"])

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

    assert kept(*sources, wanted=("TwoLayerNet",)) == list(sources)


def test_run_all_leaves_out_only_what_is_no_python():
    sources = ("plt.show()\n!ls", "x = input()", "def broken(:", "if __name__ == '__main__':\n    train()")

    assert kept(*sources, run_all=True) == ["plt.show()\n", "x = input()", "", sources[3]]


def test_a_broken_cell_costs_only_its_own_names():
    module = notebook("def broken(:\n    pass\ndef lost(): pass", SOFTMAX).chosen(["softmax"])

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
    module = notebook("import numpy as np\nplt.show()", SOFTMAX + "\nx, y = 1, 2").chosen(["softmax", "x"])

    assert [cell.number for cell in module.cells] == [1, 2]


def test_commands_and_written_files_are_told():
    found = notebook("%cd /content\n!pip install x", "%%writefile a.py\nx = 1\n", "%%writefile -a a.py\ny = 2")

    assert [(s.line, s.what, s.why) for s in found.chosen([]).skipped] == [
        (1, "%cd /content", Why.COMMAND),
        (2, "!pip install x", Why.COMMAND),
    ]
    assert [(file.name, file.text) for file in found.written] == [("a.py", "x = 1\ny = 2")]


# -- as running it leaves it ------------------------------------------------------------------------------


def test_the_last_definition_counts():
    space, problems = run_cells(notebook("def softmax(x): return 1", "def softmax(x): return 2").chosen(["softmax"]))

    assert space["softmax"](0) == 2
    assert not problems


def test_a_statement_that_fails_costs_only_its_names():
    source = "table = load()\nimport no_such_module\ndef softmax(x): return 1\nclass Net(Missing): pass"

    space, problems = run_cells(notebook(source, "def train(n: Net): return table").chosen(["softmax", "train"]))

    assert space["softmax"](0) == 1
    assert "train" in space
    assert [problem.partition(": ")[2] for problem in problems] == ["NameError", "ModuleNotFoundError", "NameError"]
    assert problems[0].startswith("ch04.ipynb#1:1:")


def test_a_traceback_names_cell_and_line():
    space, _ = run_cells(notebook("%matplotlib inline", "plt.show()\n\ndef softmax(x):\n    return 1 / 0").chosen([]))

    with pytest.raises(ZeroDivisionError) as caught:
        space["softmax"](1)

    assert (caught.traceback[-1].frame.code.raw.co_filename, caught.traceback[-1].lineno + 1) == ("ch04.ipynb#2", 4)


def test_the_learners_own_future_import_does_no_harm():
    space, problems = run_cells(
        notebook("from __future__ import annotations\nimport numpy as np", "def softmax(x: No): return 1").chosen([])
    )

    assert space["softmax"](0) == 1
    assert not problems


NEEDED = [  # what fills or changes an object that an answer reads
    "TABLE = {}\nfor n in range(3):\n    TABLE[n] = axis_for(n)",
    "TABLE = []\nwhile len(TABLE) < 3:\n    TABLE.append(axis_for(1))",
    "TABLE = np.zeros((2, 2))\nnp.fill_diagonal(TABLE, 1.0)",
    "TABLE = [1, 2]\nfill(TABLE)",
    "TABLE = Config()\nTABLE.put('eps', 1e-7)",
]


@pytest.mark.parametrize("source", NEEDED)
def test_what_changes_an_object_that_an_answer_reads_runs(source):
    helpers = "def axis_for(n): return n\n\ndef fill(a): a[0] = 1\n\nclass Config: pass"
    answer = "def softmax(x): return TABLE"

    assert kept("import numpy as np", helpers, source, answer)[2] == source
    assert source.split("\n", 1)[1] not in "".join(kept("import numpy as np", helpers, source, SOFTMAX))
