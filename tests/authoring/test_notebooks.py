"""The course's modules written as one notebook, and read back from it."""

import json
import random
import re

import nbformat
import pytest
from conftest import ROOT, run_cells
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.chapters import CellKind, Chapter, ExtraCell
from grader.authoring.course import load_course
from grader.authoring.notebooks import to_module_sources, to_notebook
from grader.errors import CourseError
from grader.submission.definitions import Namespace, parse
from grader.submission.ipython import to_python
from grader.submission.script import read_notebook

SOLUTIONS = ROOT / "solutions"
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
    space, problems = run_cells(found.chosen(["softmax", "Net"]))
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
    return [Chapter(name, (SOLUTIONS / f"{name}.py").read_text("utf-8")) for name in load_course().given]


@pytest.mark.skipif(not SOLUTIONS.exists(), reason="the answers are not here")
def test_the_course_comes_back_byte_for_byte():
    chapters = course()

    assert to_module_sources(to_notebook(chapters)) == {chapter.name: chapter.source for chapter in chapters}


@pytest.mark.skipif(not SOLUTIONS.exists(), reason="the answers are not here")
def test_the_course_runs_from_top_to_bottom_in_one_namespace():
    found = read_notebook(to_notebook(course()), "course.ipynb")

    space, problems = run_cells(found.chosen([]))

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


SCRIPTS = {
    "plain": '    f()\n\n    print("done")',
    "a long text": '    print("""a\n    b""")',
    "a text that begins at the margin": '    print("""a\nb""")',
    "another way": "    f()\nelse:\n    g()",
    "its own try": "    try:\n        f()\n    except NotImplementedError as hole:\n        print(hole)",
}


@pytest.mark.parametrize("case", SCRIPTS)
def test_a_script_comes_back_as_it_was_written(case):
    source = f'def f():\n    raise NotImplementedError("f")\n\n\nif __name__ == "__main__":\n{SCRIPTS[case]}\n'

    text = to_notebook([Chapter("one", source)])

    assert to_module_sources(text) == {"one": source}


def test_a_script_that_somebody_changed_is_taken_as_it_is():
    source = 'def f():\n    raise NotImplementedError("f")\n\n\nif __name__ == "__main__":\n    f()\n'
    notebook = json.loads(to_notebook([Chapter("one", source)]))
    notebook["cells"][-1]["source"] = ["f()"]

    assert to_module_sources(json.dumps(notebook))["one"].endswith("\n\n\nf()\n")
