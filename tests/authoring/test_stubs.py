"""Stubs are the solutions less the answers."""

import pytest

from grader.authoring.stubs import MAX_TODO, cut_solutions, todo_text
from grader.errors import StubError

SOLUTION = '''"""Doc."""


class Net:
    def loss(self, x):
        """Sum it."""
        # BEGIN SOLUTION
        # TODO: add up x,
        #       all of it.
        # a private comment after code is cut
        return sum(x)
        # END SOLUTION


def given():
    return 1
'''


def test_the_hole_keeps_the_todo_and_names_what_is_asked_for():
    stub = cut_solutions(SOLUTION.replace("        # a private comment after code is cut\n", ""), "m.py")

    assert "return sum(x)" not in stub
    assert (
        '        # TODO: add up x,\n        #       all of it.\n        raise NotImplementedError("Net.loss")\n' in stub
    )
    assert "def given():\n    return 1\n" in stub
    assert "SOLUTION" not in stub


def test_unclosed_marker_names_the_line_it_was_opened_on():
    source = "a = 1\n# BEGIN SOLUTION\nb = 2\n"

    with pytest.raises(StubError, match=r"m\.py:2: BEGIN SOLUTION is never closed"):
        cut_solutions(source, name="m.py")


def test_closing_without_opening_names_the_line():
    with pytest.raises(StubError, match=r"m\.py:2: END SOLUTION without a BEGIN"):
        cut_solutions("a = 1\n# END SOLUTION\n", name="m.py")


def test_opening_twice_names_both_lines():
    with pytest.raises(StubError, match=r"m\.py:3: BEGIN SOLUTION inside the one of line 2"):
        cut_solutions("def f():\n    # BEGIN SOLUTION\n    # BEGIN SOLUTION\n", name="m.py")


def test_a_hole_outside_every_function_is_refused():
    with pytest.raises(StubError, match=r"m\.py:1: BEGIN SOLUTION outside every function"):
        cut_solutions("# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n", name="m.py")


def test_the_todo_is_read_back_as_one_sentence():
    stub = cut_solutions(SOLUTION.replace("        # a private comment after code is cut\n", ""), "m.py")
    line = next(n for n, text in enumerate(stub.splitlines(), 1) if "raise" in text)

    assert todo_text(stub, line) == "add up x, all of it."


def test_of_a_long_comment_the_todo_is_its_last_lines():
    source = "def f():\n" + "    # filler\n" * 1000 + "    # TODO: the end.\n    raise NotImplementedError\n"

    assert todo_text(source, 1003) == ("filler " * (MAX_TODO - 1)) + "TODO: the end."
