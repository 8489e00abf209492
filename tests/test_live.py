"""The notebook that is open, graded from within: real kernels."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from html import unescape
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

import grader
from grader.errors import UsageError
from grader.live import MAX_CODE, cells_of, wait_for

SOFTMAX = """import numpy as np
def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)"""
WRONG = "def mean_squared_error(y, t):\n    return total((y - t) ** 2)"


def run(*cells: str, folder: Path = ROOT) -> list[list[nbformat.NotebookNode]]:
    """Run cells in a kernel of their own; return what each shows."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells])
    place = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_name="python3", timeout=120, resources=place, allow_errors=True).execute()
    return [cell.outputs for cell in notebook.cells]


def text(outputs: list[nbformat.NotebookNode]) -> str:
    [output] = outputs
    return output.text if output.output_type == "stream" else output.data["text/plain"]


@pytest.fixture(scope="module")
def session():
    """A learner's session: one cell after another, some of them twice."""
    return run(
        "%load_ext grader",
        "%grade softmax",
        SOFTMAX.replace("keepdims=True))", "keepdims=True)"),  # a bracket is missing
        SOFTMAX,
        "%grade softmax  # now?",
        WRONG,
        "import grader\ngrader.check('mean_squared_error')",
        "def total(x):\n    return np.sum(x)",
        "grader.check('mean_squared_error')",
        "%grade softmx",
        "%grade",
        "np.__name__ + str(softmax(np.zeros(2)))",
        "%grade softmax, 'mean_squared_error' MNIST accuracy",
        "%grade -v softmax",
        "%grade -x softmax",
        "grader.check('softmax', 'MNIST accuracy', verbose=True)",
    )


def test_where_nothing_is_defined_yet_that_is_said(session):
    assert text(session[1]).startswith("No cell that ran here defines anything yet. After a restart of the kernel, run")


def test_the_definitions_of_the_kernel_are_graded_whatever_failed_before(session):
    assert "✓  softmax" in text(session[4])
    assert "cannot read" not in text(session[4])


def test_a_traceback_is_shown_with_the_numbers_that_the_notebook_shows(session):
    shown = text(session[6])

    assert "notebook.ipynb, cell 6, line 2" in shown
    assert "NameError: name 'total' is not defined" in shown


def test_what_ran_since_counts(session):
    assert "mean_squared_error is exactly 2 times too large" in text(session[8])


def test_a_misspelt_name_is_asked_back(session):
    assert text(session[9]) == "grade: softmx: no exercise has this name; did you mean softmax?"


def test_several_names_are_graded_together(session):
    shown = text(session[12])

    assert all(name in shown for name in ("softmax", "mean_squared_error", "MNIST accuracy"))
    assert "numerical_gradient" not in shown


@pytest.mark.parametrize("number", [13, 15])
def test_all_checks_are_listed_where_that_is_asked_for_in_every_form(session, number):
    data = session[number][0].data

    for form in ("text/html", "text/markdown", "text/plain"):
        assert "1/1  The book's scores 0.3, 2.9, 4.0 become" in unescape(data[form]), form
        assert "1/1" not in session[4][0].data[form]


def test_an_unknown_option_is_one_sentence(session):
    assert text(session[14]) == "grade: %grade -x: there is no such option; it takes names of exercises, and -v"


def test_it_moves_for_as_long_as_it_takes():
    code = "import sys, signal; print(sys.stdin.read(), flush=True); signal.pause()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=-1, stdout=-1, stderr=-1)
    ticks = []

    def tick():
        ticks.append(1)
        if len(ticks) == 3:
            process.kill()

    out, _ = wait_for(process, b"request", tick)

    assert len(ticks) >= 3
    assert out in (b"request\n", b"")  # nothing where it was killed before it had started


def test_a_line_is_there_at_once_and_moves_until_the_report_takes_its_place():
    code = f"""
import IPython.display
from grader.live import show
def display(data, raw, display_id):
    print(data["text/plain"])
    return Handle()
class Handle:
    def update(self, data, raw): print("update", data["text/plain"].splitlines()[0])
IPython.display.display = display
class Shell:
    kernel, user_ns = None, {{}}
    class history_manager: input_hist_raw = ("", {SOFTMAX!r})
show(Shell, ["softmax"])
"""

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    first, *moving, report = done.stdout.splitlines()
    assert first == "Grading softmax ."
    assert {line.rstrip(".") for line in moving} <= {"update Grading softmax "}
    assert "Deep Learning from Scratch" in report


def test_without_a_name_everything_is_graded(session):
    assert all(name in text(session[10]) for name in ("softmax", "TwoLayerNet.gradient", "MNIST accuracy"))


def test_the_report_comes_in_three_forms_with_the_same_words(session):
    data = session[10][0].data

    assert set(data) == {"text/html", "text/markdown", "text/plain"}
    for words in ("exactly 2 times too large", "numerical_gradient", "not defined yet", "Next"):
        assert all(words in data[form].replace("\\_", "_") for form in data), words


def test_the_html_has_inline_styles_only(session):
    html = session[10][0].data["text/html"]

    assert "<table style=" in html
    assert not re.search(r"<style|<script|\sclass=|\son\w+=", html)


def test_the_kernel_is_left_as_it_was(session):
    assert session[11][0].data["text/plain"] == "'numpy[0.5 0.5]'"


def test_modules_beside_the_notebook_are_read_and_shadow_nothing(tmp_path):
    (tmp_path / "mine.py").write_text(SOFTMAX)
    (tmp_path / "rich.py").write_text("raise SystemExit('the grader imports what is beside a notebook')\n")

    shown = run("from mine import softmax\nimport grader\ngrader.check('softmax')", folder=tmp_path)

    assert "✓  softmax" in text(shown[0])


def test_a_stub_that_is_imported_is_there_though_no_cell_defines_it(tmp_path):
    shutil.copy(ROOT / "assignments" / "activations.py", tmp_path / "mine.py")

    shown = run("from mine import softmax\nimport grader\ngrader.check('softmax')", folder=tmp_path)

    assert "○  softmax" in text(shown[0])


def test_a_kernel_that_tampers_with_its_libraries_tampers_with_nothing_else():
    shown = run(
        "import numpy as np, grader, pytest\nnp.testing.assert_allclose = lambda *a, **k: None\nnp.abs = lambda x: 0\n"
        "pytest.main = lambda *a, **k: 0",
        "def mean_squared_error(y, t):\n    return 1.0",
        "grader.check('mean_squared_error')",
    )

    assert "0 / 10 points" in text(shown[2])


def test_outside_a_notebook_there_is_nothing_to_check():
    code = "import grader; grader.check('softmax')"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert "UsageError: grader.check works in a notebook; elsewhere, run: grade PATH" in done.stderr
    with pytest.raises(UsageError):
        grader.check()


def test_an_interrupted_check_leaves_nothing_behind(tmp_path):
    cells = [[1, "def softmax(x):\n    while True: pass"]]
    request = {"words": ["softmax"], "notebook": "a.ipynb", "cells": cells, "folder": "."}
    code = f"from grader.live import ask\nprint('go', flush=True)\nask({request})"
    started = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert started.stdout.readline() == "go\n"
    while not list(tmp_path.glob("grade-*")):
        assert started.poll() is None

    started.send_signal(signal.SIGINT)

    assert "KeyboardInterrupt" in started.communicate(timeout=60)[1]
    assert list(tmp_path.iterdir()) == []


def test_what_was_reset_does_not_count():
    class Shell:
        class history_manager:  # noqa: N801
            input_hist_raw = ("", "a = 1", "%reset -f", "b = 2")

    assert cells_of(Shell) == [(3, "b = 2")]


def test_of_a_very_long_session_the_latest_cells_count():
    class Shell:
        class history_manager:  # noqa: N801
            input_hist_raw = ("", "a = 1", "", "#" * MAX_CODE, "b = 2")

    assert cells_of(Shell) == [(4, "b = 2")]


def test_loading_the_package_in_a_notebook_imports_nothing_heavy():
    code = "import json, sys, grader; print(json.dumps([m for m in ('numpy', 'pytest') if m in sys.modules]))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert json.loads(done.stdout) == []
