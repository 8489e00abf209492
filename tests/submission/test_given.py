"""Given parts of stubs: what was changed is told, what was written anew is not."""

import ast

import pytest
from conftest import ROOT

from grader.authoring.course import load_course
from grader.submission.given import changed_parts, given_parts

COURSE = load_course()
STUBS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "assignments").glob("*.py"))}
PARTS = [(module, name) for module, parts in COURSE.parts.items() for name in parts]

STUB = '''
def relu(x: float) -> float:
    """Keep what is positive."""
    return max(0, x)

class Net:
    def __init__(self):
        """Draw weights."""
        self.W = 1

    def loss(self):
        """Return the loss."""
        raise NotImplementedError("Net.loss")
'''
GIVEN = given_parts(STUB)


def test_given_is_what_has_no_hole():
    assert set(GIVEN) == {"relu", "Net.__init__"}


def test_the_course_knows_what_its_stubs_give():
    found = {module: given_parts(text) for module, text in STUBS.items()}

    assert {module: set(parts) for module, parts in found.items() if parts} == {
        module: set(parts) for module, parts in COURSE.parts.items()
    }
    for module, parts in COURSE.parts.items():
        for name, text in parts.items():
            assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(found[module][name])), (
                "run: grade release assignments"
            )


@pytest.mark.parametrize(
    "rewritten", [str, lambda text: ast.unparse(ast.parse(text))], ids=["as it is", "laid out anew"]
)
@pytest.mark.parametrize("module", COURSE.parts)
def test_layout_and_comments_change_nothing(module, rewritten):
    source = rewritten(STUBS[module]) + "\n# a comment\n"

    assert changed_parts(COURSE.parts[module], source) == {}


@pytest.mark.parametrize(("module", "name"), PARTS, ids=[name for _, name in PARTS])
def test_every_part_is_missed_when_something_else_is_done(module, name):
    top, _, method = name.partition(".")
    body = next(n for n in ast.parse(STUBS[module]).body if getattr(n, "name", "") == top)
    changed = next((n for n in getattr(body, "body", []) if getattr(n, "name", "") == method), body) if method else body
    lines = STUBS[module].splitlines()
    last = changed.body[-1]
    lines[last.lineno - 1 : last.end_lineno] = [" " * last.col_offset + "something = 'else'"]

    assert list(changed_parts(COURSE.parts[module], "\n".join(lines))) == [name]


SAME = {
    "another docstring": STUB.replace("Keep what is positive.", "正の値だけ残す。"),
    "no docstring": STUB.replace('    """Keep what is positive."""\n', ""),
    "no annotations": STUB.replace("x: float) -> float", "x)"),
    "assigned under its own name": STUB + "\ndef mine(x):\n    return max(0, x)\nrelu = mine\n",
    "written from scratch": "def relu(x):\n    return x * (x > 0)\nclass Net:\n    def __init__(self, W): self.W = W\n",
    "taken away": "x = 1\n",
    "not Python": "def relu(x: float) -> float:\n    return (\n",
    "too deep for Python": "x = " + "(" * 5000 + ")" * 5000,
}
CHANGED = {
    "the body": (STUB.replace("max(0, x)", "max(1, x)"), {"relu": 2}),
    "the body, and no docstring": (STUB.replace('"""Keep what is positive."""', "x += 1"), {"relu": 2}),
    "the defaults": (STUB.replace("x: float)", "x: float = 0)"), {"relu": 2}),
    "defined again": (STUB + "def relu(x):\n    return x\n", {"relu": 14}),
    "defined again in a block": (STUB + "if True:\n    def relu(x):\n        return x\n", {"relu": 15}),
    "replaced": (STUB + "relu = abs\n", {"relu": 14}),
    "a method replaced": (STUB + "Net.__init__ = lambda self: None\n", {"Net.__init__": 14}),
    "a class written anew": (STUB + "class Net:\n    def __init__(self):\n        pass\n", {"Net.__init__": 15}),
}  # fmt: skip


@pytest.mark.parametrize("case", SAME)
def test_what_means_the_same_or_was_never_given_is_no_change(case):
    assert changed_parts(GIVEN, SAME[case]) == {}


@pytest.mark.parametrize("case", CHANGED)
def test_what_does_something_else_is_a_change_with_its_line(case):
    source, lines = CHANGED[case]

    assert changed_parts(GIVEN, source) == lines
