"""What follows from one exercise for another."""

from pathlib import Path

import pytest

from grader.authoring.course import Course
from grader.judging.ledger import Judged, Ledger
from grader.model import Check, Exercise, Finding, Verdict

ONE = Exercise("m.one", "one", "m", ("one",), 2)
TWO = Exercise("m.two", "two", "m", ("two",), 2, requires=("m.one",))
THREE = Exercise("m.three", "three", "m", ("three",), 2, requires=("m.two",))
COURSE = Course("C", Path(), (ONE, TWO, THREE), {"m": ()}, None)
FOLLOWS = {  # of the exercise that is needed, of the one that builds on it: does that one wait?
    (Verdict.FAILED, Verdict.FAILED): True,
    (Verdict.FAILED, Verdict.RAISED): True,
    (Verdict.TIMEOUT, Verdict.FAILED): True,
    (Verdict.TIMEOUT, Verdict.TIMEOUT): True,
    (Verdict.TIMEOUT, Verdict.KILLED): True,
    (Verdict.KILLED, Verdict.TIMEOUT): True,
    (Verdict.KILLED, Verdict.KILLED): True,
    (Verdict.FAILED, Verdict.TIMEOUT): False,
    (Verdict.RAISED, Verdict.KILLED): False,
    (Verdict.TODO, Verdict.TIMEOUT): False,
    (Verdict.TODO, Verdict.FAILED): True,
    (Verdict.PASSED, Verdict.TIMEOUT): False,
    (Verdict.PASSED, Verdict.FAILED): False,
    (Verdict.TIMEOUT, Verdict.TODO): False,
    (Verdict.TIMEOUT, Verdict.BROKEN): False,
}


def enter(ledger, exercise, verdict, kind="x", **more):
    return ledger.enter(Check("c", "c", exercise.id, 1), Judged("c", verdict, Finding(kind), **more))


@pytest.mark.parametrize(("needed", "own"), FOLLOWS, ids=lambda verdict: verdict.value)
@pytest.mark.parametrize("builds", [TWO, THREE], ids=["near", "far"])
def test_what_may_come_of_another_exercise_waits_for_it(needed, own, builds):
    ledger = Ledger(COURSE)
    enter(ledger, ONE, needed)

    outcome = enter(ledger, builds, own)

    waits = outcome.verdict is Verdict.BLOCKED and outcome.finding == Finding("waits_for", {"exercise": "one"})
    assert waits is FOLLOWS[needed, own]
    assert waits or outcome.verdict is own


@pytest.mark.parametrize("kind", ["timeout_loading", "died_loading", "no_box", "raised_loading", "missing"])
@pytest.mark.parametrize("verdict", [Verdict.TIMEOUT, Verdict.KILLED, Verdict.FAILED])
def test_what_no_other_exercise_has_to_do_with_is_shown(verdict, kind):
    ledger = Ledger(COURSE)
    enter(ledger, ONE, Verdict.TIMEOUT)

    assert enter(ledger, TWO, verdict, kind).verdict is verdict


def test_an_endless_loop_beside_a_reference_answer_is_ones_own():
    ledger = Ledger(COURSE)
    enter(ledger, ONE, Verdict.TIMEOUT)

    assert enter(ledger, TWO, Verdict.TIMEOUT, stood_in=("m.one",)).verdict is Verdict.TIMEOUT


def test_nobody_waits_again_for_what_waits_for_another():
    ledger = Ledger(COURSE)
    enter(ledger, ONE, Verdict.TIMEOUT)
    for _ in range(2):
        assert not ledger.found_no_end(TWO)
        enter(ledger, TWO, Verdict.TIMEOUT)

    assert ledger.found_no_end(TWO)


def wait(ledger, exercise, other):
    judged = Judged("c", Verdict.BLOCKED, Finding("waits_for", {"exercise": other.title}))
    ledger.enter(Check("c", "c", exercise.id, 1), judged)


def test_what_waits_is_attempted_where_what_it_waits_for_is():
    ledger = Ledger(COURSE)
    wait(ledger, TWO, ONE)
    wait(ledger, THREE, TWO)
    enter(ledger, ONE, Verdict.TODO)
    assert ledger.attempted() == set()

    enter(ledger, ONE, Verdict.FAILED)

    assert ledger.attempted() == {"m.one", "m.two", "m.three"}


def test_what_only_waits_for_each_other_is_not_attempted():
    ledger = Ledger(COURSE)
    for exercise, other in ((ONE, TWO), (TWO, ONE), (THREE, THREE)):
        wait(ledger, exercise, other)

    assert ledger.attempted() == set()


def test_what_no_check_was_run_for_is_not_said_to_be_missing():
    assert Ledger(COURSE).attempted() == {"m.one", "m.two", "m.three"}
