"""Whatever a learner's code says or asks costs the grader's own processes no more than a bound, and one exercise."""

import contextlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TINY, first, result_of

from grader.grading import grade
from grader.model import Limits, Settings, Verdict
from grader.submission import read_submission

REST = "\n\ndef half(x): return x / 2\ndef quadruple(x): return 4 * x\n"
COLLIDING = """
class Answer(dict):
    def items(self):  # 100,000 keys with one hash; here they are never put into a dict
        return ((i * (2**61 - 1), 0) for i in range(100_000))

def double(x): return Answer(a=1)
"""
MANY_OVER_ONE_BODY = """
import gc, json, struct

def double(x):
    pipe = next(o for o in gc.get_objects() if type(o).__name__ == "Conversation")._link._pipe
    one = {"a": ["<f8", [8 << 20], 0, None]}
    value = {"t": [{"l": [one] * 64}, {"d": []}]}
    head = json.dumps({"op": "return", "sync": [], "value": value, "plain": {"printed": ""}}).encode()
    pipe._writer.write(struct.pack(">IQ", len(head), 64 << 20) + head)
    for _ in range(64):
        pipe._writer.write(bytes(1 << 20))
"""
ENDLESS_ANSWER = """
def double(x):
    answer = []
    answer.append(answer)
    return answer
"""
SAID = {
    "keys that collide": COLLIDING,
    "sixty-four arrays over one body": MANY_OVER_ONE_BODY,
    "a list of itself": ENDLESS_ANSWER,
}
ASKED = {
    "arrays that broadcast": "f([np.ones((25_000, 1)), np.ones((1, 25_000))])",
    "an array as large as may be sent": "f(np.ones((1, 15_000_000)))",
    "a keyword of its own": "f(x, dtype=object)",
}


@pytest.mark.parametrize("case", SAID)
def test_an_answer_that_is_costly_to_read_costs_its_exercise(grade_text, case):
    report = grade_text(SAID[case] + REST, limits=Limits(timeout_s=30))

    assert first(report).verdict is Verdict.FAILED
    assert result_of(report, "double").score.points == 0
    assert result_of(report, "quadruple").complete
    assert report.final


@pytest.mark.parametrize("case", ASKED)
def test_a_function_that_is_asked_something_costly_costs_its_exercise(course, tmp_path, case):
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "gradients.py").open("a") as file:
        file.write(f"\n\ndef numerical_gradient(f, x):\n    return {ASKED[case]}\n")
    settings = Settings(only=("gradients.numerical_gradient",), limits=Limits(timeout_s=2))

    report = grade(read_submission(tmp_path, course.sought), course, settings)

    assert {o.verdict for o in report.outcomes} <= {Verdict.KILLED, Verdict.FAILED, Verdict.RAISED, Verdict.TIMEOUT}
    assert report.score.points == 0
    assert report.final


def test_a_function_that_calls_itself_through_a_stand_in_costs_its_exercise(grade_text):
    text = "def half(x): return x / 2\ndef double(x): return 3 * x\ndef quadruple(x): return double(Again())\n"
    text += "class Again:\n    def __rmul__(self, other): return double(self)\n    __mul__ = __rmul__\n"

    report = grade_text(text, limits=Limits(timeout_s=3))

    assert result_of(report, "quadruple").score.points == 0
    assert report.final, [outcome.finding for outcome in report.outcomes]


def test_a_box_that_is_started_again_has_the_memory_that_the_first_had(grade_text):
    text = "import numpy as np\nendless = lambda: sum(iter(int, 1))\n"
    text += "def double(x): return endless() if isinstance(x, int) else 2 * x\n"
    text += "def quadruple(x): return 4 * x + 0 * len(np.empty(90 << 20))\n"  # 720 MiB, more than a runner may take

    report = grade_text(text + "def half(x): return x / 2\n", limits=Limits(timeout_s=4, memory_mb=1024))

    assert result_of(report, "double").score.points == 2
    assert result_of(report, "quadruple").complete, result_of(report, "quadruple").first_open


def test_large_answers_do_not_add_up_to_the_loss_of_others(course, tmp_path):
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "losses.py").open("a") as file:
        file.write("\n\ndef mean_squared_error(y, t):\n    return np.zeros(15_000_000)\n")

    report = grade(read_submission(tmp_path, course.sought), course, Settings(seed=1))

    assert report.final, [o.finding for o in report.outcomes if o.verdict is Verdict.BROKEN]
    assert (report.score.points, report.score.possible) == (90, 100)
    assert {o.finding.kind for o in result_of(report, "mean_squared_error").outcomes} == {"wrong_shape"}


# What comes back is small; what a careless check makes of it is not.
CARELESS = """
import numpy as np
import pytest

@pytest.mark.exercise("arithmetic.double", points=3)
def test_pairs(student):
    y = np.asarray(student.double(2))
    assert np.outer(y, y).size

@pytest.mark.exercise("arithmetic.quadruple", points=2)
def test_other(student):
    assert student.quadruple(1) == 4
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="the system does not say what processes take")
def test_all_processes_of_the_grader_stay_below_a_gibibyte_whatever_a_check_does_with_an_answer(tmp_path):
    course = shutil.copytree(TINY, tmp_path / "course")
    (course / "checks" / "test_arithmetic.py").write_text(CARELESS)
    (course / "solutions" / "checks" / "test_hidden.py").unlink()
    (tmp_path / "arithmetic.py").write_text("import numpy as np\ndef double(x): return np.ones(20_000)\n" + REST)
    command = [sys.executable, "-m", "grader", tmp_path / "arithmetic.py", "--course", course, "--json", "-"]

    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        peak = max(peak, sum(map(proportional_bytes, graders(process.pid))))
    report = json.load(process.stdout)

    assert (report["score"], report["final"]) == (2, True)
    assert 10 << 20 < peak < 1 << 30  # it would be 3.2 GB


def graders(pid):
    """Yield a grader and its runners: what it started that is no box."""
    yield pid
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == pid and b"grader" in (folder / "cmdline").read_bytes():
                yield int(folder.name)


def proportional_bytes(pid):
    """Return what a process takes; of what it shares, its part."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) << 10
    return 0
