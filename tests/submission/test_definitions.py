"""What a text defines, and what of it is still a hole."""

import pytest
from conftest import notebook

from grader.submission.definitions import Definition, Namespace, parse


def test_definitions_are_found_with_cell_and_line():
    found = notebook("import numpy as np\n\ndef softmax(x):\n    return x", "class Net:\n    def loss(self): return 1")

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
        ("def softmax(x): return x", "softmax = 1"),
        ("def softmax(x): return x", "from common.functions import softmax"),
        ("from common import functions", "def softmax(x): return x", "softmax = functions.softmax"),
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
