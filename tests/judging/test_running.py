"""Slow checks beside the others: the report is the same, whatever comes first."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, first, result_of

from grader.authoring.course import load_course
from grader.grading import grade
from grader.model import Limits, Settings, Verdict
from grader.submission import read_submission

COURSE = """
version = 1
title = "Beside"
solutions = "solutions"

[modules]
m = { given = [] }

[[exercises]]
id = "m.quick"
title = "quick"
module = "m"
names = ["quick"]
points = 2

[[exercises]]
id = "m.alone"
title = "alone"
module = "m"
names = ["alone"]
points = 1

[[exercises]]
id = "m.build"
title = "build"
module = "m"
names = ["build"]
points = 1
requires = ["m.quick"]
"""
CHECKS = """
import pytest
from grader.checks import assert_close


@pytest.mark.exercise("m.quick")
def test_one(student):
    assert_close(student.quick(), 1)


@pytest.mark.exercise("m.quick")
def test_two(student):
    assert_close(student.quick(), 1)


@pytest.mark.slow
@pytest.mark.exercise("m.alone")
def test_alone(student, curve):
    curve("values", [student.alone()])


@pytest.mark.slow
@pytest.mark.exercise("m.build")
def test_build(student):
    assert_close(student.build(), 2)
"""
RIGHT = "def quick(): return 1\ndef alone(): return 3\ndef build(): return quick() + 1\n"
ENDLESS = "return sum(iter(int, 1))"
TWO_PROCESSORS = len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else False


@pytest.fixture
def judge(tmp_path):
    """Grade one text by a course whose last two checks are slow."""

    def judge(text, checks=CHECKS, course=COURSE):
        for folder in ("checks", "solutions/checks", "answers"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "course.toml").write_text(course)
        (tmp_path / "checks" / "test_m.py").write_text(checks)
        (tmp_path / "solutions" / "m.py").write_text(RIGHT)
        (tmp_path / "answers" / "m.py").write_text(text)
        loaded = load_course(tmp_path)
        submission = read_submission(tmp_path / "answers", loaded.sought)
        return grade(submission, loaded, Settings(limits=Limits(timeout_s=1)))

    return judge


def test_slow_checks_are_judged_in_their_turn(judge):
    report = judge(RIGHT)

    assert [outcome.check.exercise for outcome in report.outcomes] == ["m.quick", "m.quick", "m.alone", "m.build"]
    assert all(result.complete for result in report.exercises)
    assert result_of(report, "alone").series == {"values": (3.0,)}


def test_a_result_that_took_for_granted_what_failed_is_dropped(judge):
    report = judge(RIGHT.replace("return 1", "return 5"))

    assert result_of(report, "build").complete, "with the reference's quick it is right"
    assert result_of(report, "build").stood_in == ("m.quick",)


@pytest.mark.parametrize(("checks", "complete"), [(CHECKS, False), (CHECKS.replace("@pytest.mark.slow\n", ""), True)])
def test_a_slow_check_is_tried_once(judge, checks, complete):
    report = judge("def quick(number): return number\ndef alone(): return 3\ndef build(): return quick(2)\n", checks)

    assert result_of(report, "build").complete is complete


def test_a_right_result_does_not_count_before_what_it_waits_for_is_right(judge):
    waiting = COURSE.replace('requires = ["m.quick"]', 'waits_for = ["m.quick"]')

    blocked = judge(RIGHT.replace("return 1", "return 5").replace("quick() + 1", "2"), course=waiting)
    counted = judge(RIGHT, course=waiting)

    assert [o.verdict for o in result_of(blocked, "build").outcomes] == [Verdict.BLOCKED]
    assert result_of(blocked, "build").first_open.finding.values == {"exercise": "quick"}
    assert result_of(counted, "build").complete


def test_nothing_is_run_that_waits(judge):
    waiting = COURSE.replace('requires = ["m.quick"]', 'waits_for = ["m.quick"]')
    quick = CHECKS.replace("@pytest.mark.slow\n", "")

    report = judge(RIGHT.replace("return 1", "return 5").replace("quick() + 1", ENDLESS), quick, course=waiting)

    assert [o.verdict for o in result_of(report, "build").outcomes] == [Verdict.BLOCKED]


@pytest.mark.parametrize("builds", ["requires", "waits_for"])
def test_what_fails_a_check_marked_aside_is_good_enough_to_build_on(builds, judge):
    course = COURSE.replace("requires", builds)
    common, two, rest = CHECKS.partition('@pytest.mark.exercise("m.quick")\ndef test_two(student):')
    aside = common + "@pytest.mark.aside\n" + two + rest.replace("quick(), 1", "quick(), 2")

    report = judge(RIGHT, aside, course=course)

    assert [o.verdict for o in result_of(report, "quick").outcomes] == [Verdict.PASSED, Verdict.FAILED]
    assert result_of(report, "build").complete
    assert result_of(report, "build").stood_in == ()


def test_what_waits_for_a_check_that_is_broken_is_judged_as_it_is(judge):
    waiting = COURSE.replace('requires = ["m.quick"]', 'waits_for = ["m.quick"]')
    broken = CHECKS.replace("def test_two(student):", "def test_two(student):\n    undefined_name")

    report = judge(RIGHT, broken, course=waiting)

    assert [o.verdict for o in result_of(report, "quick").outcomes] == [Verdict.PASSED, Verdict.BROKEN]
    assert result_of(report, "build").complete


def test_a_neighbour_that_finds_no_end_costs_a_slow_check_nothing(judge):
    slow = RIGHT.replace("return 3", "import time; time.sleep(2); return 3")

    report = judge(slow.replace("return 1", ENDLESS))

    assert [o.verdict for o in result_of(report, "quick").outcomes] == [Verdict.TIMEOUT] * 2
    assert result_of(report, "alone").complete
    assert result_of(report, "build").complete


def test_a_slow_check_that_finds_no_end_costs_its_neighbours_nothing(judge):
    report = judge(RIGHT.replace("return 3", ENDLESS))

    assert first(report, "alone").verdict is Verdict.TIMEOUT
    assert result_of(report, "quick").complete
    assert result_of(report, "build").complete


def test_a_check_that_ends_the_process_it_runs_in_costs_nobody_a_point(judge):
    dies = CHECKS.replace("    assert_close(student.quick(), 1)\n", "    import os; os._exit(1)\n", 1)

    report = judge(RIGHT, dies)

    assert [o.verdict for o in report.outcomes] == [Verdict.BROKEN] + [Verdict.PASSED] * 3
    assert not report.final
    assert report.score.points == report.score.possible


def test_what_a_check_prints_is_not_shown(judge, capfd):
    judge(RIGHT, CHECKS.replace("    assert_close(student.quick(), 1)\n", "    print('noise')\n"))

    assert "noise" not in "".join(capfd.readouterr())


CHANGES = {
    "reference": ("", ""),
    "softmax wrong": ("activations", "def softmax(x):\n    return x\n"),
    "network raises": ("two_layer_net", "TwoLayerNet.gradient = lambda self, x, t: 1 / 0\n"),
    "to do": ("two_layer_net", "def gradient(self, x, t):\n    raise NotImplementedError('TwoLayerNet.gradient')\n"
                               "TwoLayerNet.gradient = gradient\n"),
}  # fmt: skip


@pytest.mark.skipif(not TWO_PROCESSORS, reason="this machine has one processor, or does not say")
@pytest.mark.parametrize("case", CHANGES)
def test_the_report_is_the_same_on_one_processor(case, tmp_path):
    module, addition = CHANGES[case]
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, tmp_path)
    if module:
        with (tmp_path / f"{module}.py").open("a") as file:
            file.write(f"\n\n{addition}")

    assert graded_on(1, tmp_path) == graded_on(2, tmp_path)


def graded_on(processors, path):
    """Return the JSON report, less the seconds, that comes out on so many processors."""
    chosen = sorted(os.sched_getaffinity(0))[:processors]
    code = (
        f"import os, sys; os.sched_setaffinity(0, {chosen}); from grader.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), "--json", "-", "--timeout", "20"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    report = json.loads(done.stdout)
    for exercise in report["exercises"]:
        for check in exercise["checks"]:
            del check["seconds"]
    return report


@pytest.mark.parametrize(
    ("quick", "verdicts"),
    [
        ("def quick():\n    '''Doc.'''\n    # TODO: it.\n    raise NotImplementedError('quick')\n", [Verdict.TODO] * 2),
        (
            "import os\ndef quick():\n    if os.getpid() % 2 < 2: raise NotImplementedError('quick')\n",
            [Verdict.TODO] * 2,
        ),
    ],
    ids=["untouched", "half written"],
)
def test_a_stub_is_to_do_in_each_of_its_checks(judge, quick, verdicts):
    report = judge(RIGHT.replace("def quick(): return 1\n", quick))

    outcomes = result_of(report, "quick").outcomes
    assert [outcome.verdict for outcome in outcomes] == verdicts
    assert outcomes[0].finding == outcomes[1].finding


def test_no_check_finds_the_files_of_another_whether_they_run_beside_each_other_or_not(judge):
    saves = RIGHT.replace(
        "def quick(): return 1", "import os\ndef quick(): os.makedirs('seen', exist_ok=True); return 1"
    )
    report = judge(saves.replace("return 3", "assert not os.path.exists('seen'); return 3"))

    assert all(result.complete for result in report.exercises), "as on one processor, where quick comes first"


def test_a_slow_check_whose_copy_hangs_up_but_goes_on_comes_to_an_end(judge):
    report = judge(RIGHT.replace("return 3", "import os, time; os.closerange(3, 500); time.sleep(1000)"))

    assert first(report, "alone").verdict is Verdict.KILLED
    assert result_of(report, "quick").complete
    assert result_of(report, "build").complete
