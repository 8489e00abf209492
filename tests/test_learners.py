"""Ten notebooks as learners saved them: each is graded as a fair teacher would grade it.

Beside each ``NAME.ipynb`` lies ``NAME.toml``: who the learner is, the verdict of each exercise, and points where
a part of an answer is right. What is written there was decided by reading the notebook, not by grading it.
An exercise that it does not name is one that the notebook does not have: to do.
"""

import json
import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from grader.grading import grade
from grader.model import ExerciseResult, Verdict
from grader.submission import read_submission

LEARNERS = sorted((Path(__file__).parent / "learners").glob("*.ipynb"))
WAITING = (Verdict.TODO, Verdict.BLOCKED)

each_learner = pytest.mark.parametrize("path", LEARNERS, ids=lambda path: path.stem)


def expected_of(path: Path) -> dict:
    return tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def cells_of(path: Path) -> list[dict]:
    content = read_json(path)
    return content["cells"] if "cells" in content else content["worksheets"][0]["cells"]


def verdict_of(result: ExerciseResult) -> Verdict:
    """Return the verdict of the first check that is really wrong, else of the first that is open."""
    still_open = [o.verdict for o in result.outcomes if o.verdict is not Verdict.PASSED]
    wrong = [verdict for verdict in still_open if verdict not in WAITING]
    return next(iter([*wrong, *still_open]), Verdict.PASSED)


def language_of(path: Path) -> str:
    """Tell Korean by its alphabet, Japanese by its syllables."""
    text = "".join("".join(cell["source"]) for cell in cells_of(path) if cell["cell_type"] == "markdown")
    if re.search("[가-힣]", text):
        return "ko"
    return "ja" if re.search("[ぁ-ん]", text) else "en"


@each_learner
def test_a_learner_gets_what_a_fair_teacher_gives(path, course):
    expected = expected_of(path)
    verdicts = {exercise.id: "todo" for exercise in course.exercises} | expected["verdicts"]

    report = grade(read_submission(path, course.sought), course)

    assert {result.exercise.id: verdict_of(result).value for result in report.exercises} == verdicts
    points = {result.exercise.id: result.score.points for result in report.exercises}
    assert {name: points[name] for name in expected["points"]} == expected["points"]
    assert report.final


@each_learner
@pytest.mark.filterwarnings("error", "ignore::nbformat.warnings.DuplicateCellId")  # a copied cell keeps its id
def test_a_learners_notebook_is_one_that_jupyter_opens(path):
    text = path.read_text(encoding="utf-8")

    notebook = nbformat.reads(text, as_version=json.loads(text)["nbformat"])

    nbformat.validate(notebook)


@each_learner
def test_a_learners_notebook_is_of_a_usual_size(path):
    code = [cell for cell in cells_of(path) if cell["cell_type"] == "code"]

    assert 8 <= len(code) <= 25
    assert path.stat().st_size < 40_000


@each_learner
def test_what_is_expected_agrees_with_the_course_and_with_itself(path, course):
    expected, possible = expected_of(path), {exercise.id: exercise.points for exercise in course.exercises}

    assert expected["learner"]
    assert list(expected["verdicts"]) == [name for name in possible if name in expected["verdicts"]]
    assert set(expected["verdicts"].values()) <= set(Verdict)
    for name, points in expected["points"].items():
        assert 0 <= points <= possible[name]
        assert (points == possible[name]) == (expected["verdicts"][name] == Verdict.PASSED), name


def test_there_are_ten_learners_of_several_languages_and_tools():
    versions = {(content["nbformat"], content["nbformat_minor"]) for content in map(read_json, LEARNERS)}

    assert len(LEARNERS) == 10
    assert sorted(map(language_of, LEARNERS)) == ["en"] * 3 + ["ja"] * 4 + ["ko"] * 3
    assert {(3, 0), (4, 0), (4, 5)} <= versions
    assert {path.stem for path in LEARNERS} == {path.stem for path in LEARNERS[0].parent.glob("*.toml")}
