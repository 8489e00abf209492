"""Notebooks: what is read of their files, and that whatever is read becomes Python."""

import json

import pytest
from conftest import notebook_text
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.authoring.notebooks import to_module_sources
from grader.errors import SubmissionError
from grader.submission.bounds import MAX_LINES
from grader.submission.cells import CodeCell
from grader.submission.ipynb import MAX_VALUES
from grader.submission.script import read_notebook


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
    data = notebook_text("重み = 1").encode().decode("unicode_escape").encode(encoding)

    assert read_notebook(data, "a.ipynb").cells[0].source == "重み = 1"


def test_line_ends_are_one_character():
    assert read_notebook(notebook_text("a = 1\r\nb = 2\rc = 3"), "a.ipynb").cells[0].source == "a = 1\nb = 2\nc = 3"


def test_half_a_character_is_replaced():
    assert read_notebook(notebook_text("s = '\ud83d'"), "a.ipynb").cells[0].source == "s = '\ufffd'"


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
    "cut off": (notebook_text("x = 1")[:-9].encode(), "not JSON"),
    "zip": (b"PK\x03\x04\xff\xfe", "not JSON"),
    "number": (b"1" * 5000, "this is JSON, but no notebook"),
    "list": (b"[]", "this is JSON, but no notebook: it has no list of cells"),
    "text": (b'"cells"', "no notebook"),
    "other": (b'{"name": "package", "version": 1}', "no notebook"),
    "cells are no list": (b'{"cells": {"a": 1}}', "no notebook"),
    "an output": (b'{"output_type": "stream"}', "no notebook"),
    "deep": (b'{"cells": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "nested too deeply"),
    "many values": (b'{"cells": [' + b"[]," * MAX_VALUES + b"1]}", "clear all outputs"),
    "much code": (notebook_text("a\n" * (MAX_LINES + 1)).encode(), "lines of code: more than answers"),
    "long code": (notebook_text("a " * (1 << 20)).encode(), "of code: more than answers"),
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
    found.chosen(["softmax"])


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
    found = read_notebook(notebook_text(*sources), "a.ipynb")

    module = found.chosen(["softmax"])

    assert found.definitions is not None
    by_number = {cell.number: cell.source for cell in found.cells}
    for cell in module.cells:
        compile(cell.source, "cell", "exec", dont_inherit=True)
        assert cell.source.count("\n") == by_number[cell.number].count("\n")


ODD = {"nbgrader": {"grade": True, "points": 100}, "deletable": False, "collapsed": True, "tags": ["skip-execution"]}
SHOWN = [{"output_type": "stream", "name": "stdout", "text": "100 / 100"}, {"output_type": "error", "traceback": ["x"]}]


def test_whatever_is_in_metadata_and_outputs():
    """It decides nothing: what is read is the same."""
    plain = json.loads(notebook_text("x = 1", "def f(): return x"))
    odd = json.loads(notebook_text("x = 1", "def f(): return x", metadata={"kernelspec": {"language": "julia"}} | ODD))
    for cell in odd["cells"]:
        cell.update(metadata=ODD, outputs=SHOWN, execution_count=7)

    assert read_notebook(json.dumps(odd), "a.ipynb") == read_notebook(json.dumps(plain), "a.ipynb")
