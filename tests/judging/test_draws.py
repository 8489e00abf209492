"""What checks draw: the same for the same inputs, and nothing that an answer can foresee or hold."""

import random

import pytest
from conftest import result_of

from grader.authoring.course import load_course
from grader.grading import grade
from grader.model import Settings
from grader.submission import read_submission

COURSE = """
title = "Drawn"
solutions = "solutions"
[modules]
m = {}
[[exercises]]
id = "m.own"
title = "own"
module = "m"
names = ["own"]
points = 2
"""
CHECK = """
import pytest


@pytest.mark.exercise("m.own")
def test_drawn(student, rng, curve):
    curve("box", student.own())
    curve("check", rng.uniform(size=3))
"""
ANSWER = """
import random
import numpy as np

LOADED = [random.random(), np.random.uniform()]


def own():
    return [*LOADED, random.random(), np.random.uniform(), float(np.random.get_state()[1][0])]
"""


@pytest.fixture
def draws(tmp_path):
    """Return what was drawn in the box, and by the check."""

    def draws(answer=ANSWER, hidden=CHECK, *, solutions=True, **settings):
        for folder in ("checks", "solutions/checks", "answers"):
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        (tmp_path / "course.toml").write_text(COURSE if solutions else COURSE.replace('solutions = "solutions"', ""))
        (tmp_path / "checks" / "test_m.py").write_text(CHECK)
        (tmp_path / "solutions" / "checks" / "test_m.py").write_text(hidden.replace("test_drawn", "test_hidden"))
        (tmp_path / "solutions" / "m.py").write_text(ANSWER)
        (tmp_path / "answers" / "m.py").write_text(answer)
        course = load_course(tmp_path)
        report = grade(read_submission(tmp_path / "answers", course.sought), course, Settings(**settings))
        series = result_of(report, "own").series
        return series["box"], series["check"]

    return draws


def test_equal_inputs_give_equal_draws(draws):
    assert draws() == draws()


@pytest.mark.parametrize("seed", [1, 2**70, -1])
def test_the_box_cannot_tell_the_seed(draws, seed):
    box, check = draws()

    other_box, other_check = draws(seed=seed)

    assert other_box == box
    assert set(other_check).isdisjoint(check)


def test_what_is_drawn_depends_on_the_text_of_the_answer(draws):
    box, check = draws()

    other_box, other_check = draws(ANSWER + "\n# the same answer\n")

    assert other_box == box
    assert set(other_check).isdisjoint(check)


def test_what_is_drawn_depends_on_the_hidden_checks_which_no_learner_has(draws):
    box, check = draws()

    other_box, other_check = draws(hidden=CHECK + "\n# the same check\n")
    at_home_box, at_home_check = draws(solutions=False)

    assert box == other_box == at_home_box
    assert len({*check, *other_check, *at_home_check}) == len(check + other_check + at_home_check)
    assert random.Random(0).random() == box[0], "the learner's own draws repeat"
