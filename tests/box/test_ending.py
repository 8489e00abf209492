"""Answers that end Python, or take too long, while they are loaded: there is a report, and the rest of them counts."""

from __future__ import annotations

import pytest
from conftest import TINY, first, json_report, notebook_text, result_of

from grader.model import Verdict

ENDS = [f"x{i} = os._exit(0)" for i in range(6)]
USES = "+".join(f"x{i}" for i in range(6))
ANSWERS = f"def double(x): return 2 * x + {USES}\ndef quadruple(x): return 4 * x + {USES}"


def verdicts(report) -> set[Verdict]:
    return {outcome.verdict for result in report.exercises for outcome in result.outcomes}


@pytest.mark.parametrize("module", [None, "import os\nos._exit(0)\n", "def half(x): return x / 2\n"])
def test_a_notebook_that_always_ends_python_is_the_learners_loss(grade_files, module):
    files = {"ch01.ipynb": notebook_text("import os", *ENDS, ANSWERS)}

    report = grade_files(files | ({"arithmetic.py": module} if module else {}))

    assert report.final
    assert verdicts(report) == {Verdict.KILLED}
    assert result_of(report, "double").score.points == 0


def test_what_lies_beside_such_a_notebook_still_counts(grade_files):
    beside = "def quadruple(x): return 4 * x\n"
    files = {"ch01.ipynb": notebook_text("import os", *ENDS, ANSWERS.splitlines()[0]), "arithmetic.py": beside}

    report = grade_files(files)

    assert (first(report, "double").verdict, first(report, "quadruple").verdict) == (Verdict.KILLED, Verdict.PASSED)


def test_what_ends_python_a_moment_later_is_the_learners_loss(grade_files):
    later = "import os, threading\n"
    later += "threading.Thread(target=lambda: os._exit(0)).start()\nthreading.Event().wait()"

    report = grade_files({"ch01.ipynb": notebook_text(later, *ENDS, ANSWERS), "arithmetic.py": later})

    assert report.final
    assert verdicts(report) == {Verdict.KILLED}


@pytest.mark.parametrize("text", ["", "while True: pass\n"])
def test_a_time_limit_that_hardly_anything_can_keep_ends_in_a_report(tmp_path, text):
    answers = (TINY / "solutions" / "arithmetic.py").read_text()
    (tmp_path / "arithmetic.py").write_text(text + answers)

    report = json_report(tmp_path, "--course", TINY, "--timeout", 0.01)

    assert report["final"]
    assert {check["verdict"] for exercise in report["exercises"] for check in exercise["checks"]} <= {
        "timeout",
        "passed",
        "blocked",  # what builds on an exercise that found no end
    }
