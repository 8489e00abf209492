"""A run ends in a report, or in one sentence and an exit code that is neither 0 nor 1."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, TINY, result_of

from grader import datasets
from grader.authoring.course import load_course
from grader.grading import grade
from grader.model import Settings, Verdict
from grader.submission import read_submission

RIGHT = "def half(x): return x / 2\ndef double(x): return 2 * x\ndef quadruple(x): return 4 * x\n"
REPORT = "5 / 5"


@pytest.fixture
def shell(tmp_path):
    """Run grade with right answers in a shell, where "$@" is the command."""
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "arithmetic.py").write_text(RIGHT)

    def run(line, **environment):
        command = [sys.executable, "-m", "grader", tmp_path / "answers", "--course", TINY]
        return subprocess.run(
            ["bash", "-c", line, "bash", *command], cwd=tmp_path, capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT), "HERE": str(tmp_path), **environment},
        )  # fmt: skip

    return run


# What comes out is lost: exit code, and what standard error says.
LOST = {
    "a full disk": ('"$@" > /dev/full', 2, "standard output: No space left on device; send the report elsewhere"),
    "a full disk, unbuffered": ('PYTHONUNBUFFERED=1 "$@" > /dev/full', 2, "standard output: No space left on device"),
    "a closed standard output": ('"$@" >&-', 2, "standard output: Bad file descriptor"),
    "JSON to a closed standard output": ('"$@" --json - >&-', 2, "standard output: Bad file descriptor"),
    "a reader that has left": ('set -o pipefail; "$@" | true', 141, ""),
    "the same, unbuffered": ('set -o pipefail; PYTHONUNBUFFERED=1 "$@" | true', 141, ""),
    "a reader of JSON that has left": ('set -o pipefail; "$@" --json - | true', 141, ""),
}


@pytest.mark.parametrize("case", LOST)
def test_a_report_that_nobody_gets_is_no_success(shell, case):
    line, code, words = LOST[case]

    done = shell(line)

    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert done.stderr.count("\n") <= 1


@pytest.mark.parametrize("target", [".", "/dev/full", "", "no/such/folder/r.json", "n" * 5000])
def test_a_file_that_cannot_be_written_costs_the_file_and_not_the_screen(shell, target):
    done = shell('"$@" --json "$TARGET"', TARGET=target)

    assert done.returncode == 2
    assert REPORT in done.stdout
    assert done.stderr.startswith(f"grade: --json {target[:1000]}")
    assert done.stderr.count("\n") == 1


def test_a_report_that_was_written_to_a_file_needs_no_screen(shell, tmp_path):
    done = shell('"$@" --json "$HERE/r.json" >&- 2>&-')

    assert done.returncode == 0
    assert json.loads((tmp_path / "r.json").read_text())["score"] == 5


# The machine has little to give, or the user's settings are odd.
POOR = {
    "few open files": 'ulimit -n 24; "$@"',
    "a small stack": 'ulimit -s 256; "$@"',
    "no temporary folder": 'TMPDIR=/nowhere "$@"',
    "no environment": 'env -i PYTHONPATH="$PYTHONPATH" "$@"',
    "a terminal of no width": 'COLUMNS=1 LINES=x "$@"',
    "a width that is no number": 'COLUMNS=² LINES=99999 "$@"',
    "a trace of pytest's": 'PYTEST_DEBUG=1 "$@"',
    "warnings that are errors": 'PYTHONWARNINGS=error "$@"',
    "no assertions": 'PYTHONOPTIMIZE=2 "$@"',
    "one processor": 'taskset -c 0 "$@"',
    "no group and no others": 'umask 777; "$@"',
    "a standard error that is full": '"$@" 2> /dev/full',
}


@pytest.mark.parametrize("case", POOR)
def test_a_poor_machine_gets_the_same_report(shell, case):
    done = shell(POOR[case])

    assert (done.returncode, done.stderr) == (0, "")
    assert REPORT in done.stdout


def test_too_few_open_files_to_judge_anything_is_no_lost_point(shell):
    done = shell('ulimit -n 10; "$@"')

    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "0 /  5" not in done.stdout


def test_one_path_that_cannot_be_graded_does_not_keep_the_others_from_it(shell):
    done = shell('"$@" "$HERE/nowhere" "$HERE/answers"')

    assert done.returncode == 2
    assert done.stdout.count(f"{REPORT} points") == 2
    assert "nowhere: there is no such file or folder" in done.stderr


def test_a_fault_of_ours_is_a_sentence_with_its_place(tmp_path):
    code = "from grader import cli; cli.grade_parser = lambda: 1 / 0; print(cli.main(['x']))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "3\n"
    assert done.stderr.startswith("grade: a fault of its own, please report it: ZeroDivisionError: division by zero (")


FAULTS = {  # in a check file of the course: what it says of the check that failed
    "a check that ends pytest": ("pytest.exit('enough')", "enough"),
    "a check that ends Python": ("raise SystemExit(0)", "SystemExit"),
    "a check that is skipped": ("pytest.skip('not today')", "not today"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_escapes_from_a_check_costs_that_check_and_is_named(tmp_path, grade_text, case):
    line, words = FAULTS[case]
    folder = shutil.copytree(TINY, tmp_path / "course")
    text = (folder / "checks" / "test_arithmetic.py").read_text()
    (folder / "checks" / "test_arithmetic.py").write_text(text.replace("    x = rng", f"    {line}\n    x = rng"))

    report = grade_text(RIGHT, course=load_course(folder))

    broken = [outcome for outcome in report.outcomes if outcome.verdict is Verdict.BROKEN]
    assert [outcome.check.title for outcome in broken] == ["Every element is doubled."]
    assert words in broken[0].finding.values["why"]
    assert report.score.points == report.score.possible == 4


def test_a_check_may_say_that_it_fails(tmp_path, grade_text):
    folder = shutil.copytree(TINY, tmp_path / "course")
    text = (folder / "checks" / "test_arithmetic.py").read_text()
    (folder / "checks" / "test_arithmetic.py").write_text(
        text.replace("    x = rng", "    pytest.fail('no')\n    x = rng")
    )

    report = grade_text(RIGHT, course=load_course(folder))

    assert [o.finding.values["text"] for o in report.outcomes if o.verdict is Verdict.FAILED] == ["no"]


def test_damaged_data_cost_nobody_a_point_and_are_made_again(course, tmp_path, monkeypatch):
    monkeypatch.setenv(datasets.ENVIRONMENT, str(tmp_path / "cache"))
    file = datasets.mnist_files()["t_train"]
    before = file.stat()
    file.chmod(0o644)
    labels = np.load(file, mmap_mode="r+")
    labels[...] = labels[::-1].copy()
    labels.flush()
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    submission = read_submission(ROOT / "solutions", course.sought)
    settings = Settings(only=("training.mnist_accuracy",))

    report = grade(submission, course, settings)
    again = grade(submission, course, settings)

    broken = [o.finding for o in result_of(report, "mnist_accuracy").outcomes if o.verdict is not Verdict.PASSED]
    assert ["the unpacked data are damaged" in finding.values["why"] for finding in broken] == [True]
    assert not report.final
    assert again.final
    assert again.score.points == again.score.possible > report.score.points == report.score.possible
