"""Folders as learners of the book keep them: each is graded as it is, and as a fair teacher would grade it.

Beside each folder ``NAME/`` lies ``NAME.toml``:

    learner     who this is, in a sentence
    only        the exercises that are graded, where the others would only cost time; all without it
    limits      other limits than the usual ones, where an answer has no end
    [shipped]   where in the folder copies of what ``assignments/`` holds belong: place = part of assignments/
    [verdicts]  of each exercise, by the rule of ``test_learners``; one that is not named is to do
    [points]    where a part of an answer is right
    [found]     the file that an answer was found in, and under which name, where that is not the course's own
    [[notices]] words that stand together in one notice
    [says]      words of the message about an exercise's first check that is wrong

What is written there was decided by reading the folders, not by grading them.
"""

import re
import shutil
import tomllib
from pathlib import Path

import pytest
from conftest import ROOT, result_of
from test_learners import WAITING, verdict_of

from grader.grading import grade
from grader.model import ExerciseResult, Limits, Outcome, Report, Settings, Verdict
from grader.report.wording import message, notice_sentence
from grader.submission import read_submission

LAYOUTS = sorted((Path(__file__).parent / "layouts").glob("*.toml"))

each_layout = pytest.mark.parametrize("path", LAYOUTS, ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def reports(course, tmp_path_factory):
    """Return a function that grades a layout once."""
    known: dict[Path, Report] = {}

    def report_of(path: Path) -> Report:
        if path not in known:
            folder = laid_out(path, tmp_path_factory.mktemp("handed-in"))
            known[path] = grade(read_submission(folder, course.sought), course, settings_of(expected_of(path)))
        return known[path]

    return report_of


def expected_of(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def settings_of(expected: dict) -> Settings:
    return Settings(only=tuple(expected.get("only", ())), limits=Limits(**expected.get("limits", {})))


def laid_out(path: Path, where: Path) -> Path:
    """Copy a layout, and below it what it has of the assignments as they are shipped; return the folder."""
    folder = where / path.stem
    for place, part in expected_of(path).get("shipped", {}).items():
        source, target = ROOT / "assignments" / part, folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, dirs_exist_ok=True) if source.is_dir() else shutil.copy(source, target)
    return Path(shutil.copytree(path.with_suffix(""), folder, dirs_exist_ok=True))


def files_of(path: Path) -> list[Path]:
    return sorted(file for file in path.with_suffix("").rglob("*") if file.is_file())


def first_wrong(result: ExerciseResult) -> Outcome:
    """Return the check that gives an exercise its verdict, where something is wrong."""
    return next(o for o in result.outcomes if o.verdict not in (Verdict.PASSED, *WAITING))


@each_layout
def test_a_layout_gets_what_a_fair_teacher_gives(path, reports):
    expected, report = expected_of(path), reports(path)
    points = {result.exercise.id: result.score.points for result in report.exercises}

    assert {result.exercise.id: verdict_of(result).value for result in report.exercises} == expected["verdicts"]
    wanted = expected.get("points", {})
    assert {name: points[name] for name in wanted} == wanted
    assert report.final


@each_layout
def test_a_layouts_report_names_the_file_of_each_answer(path, reports):
    found, report = expected_of(path).get("found", {}), reports(path)

    places = {name: result_of(report, name).place for name in found}

    files = {name: place.file if place else None for name, place in places.items()}
    assert files == {name: answer["file"] for name, answer in found.items()}


@each_layout
def test_a_layouts_report_says_what_the_reader_should_know(path, reports):
    expected, report = expected_of(path), reports(path)
    renamed = [[answer["name"], answer["file"]] for answer in expected.get("found", {}).values() if "name" in answer]
    together = renamed + [notice["words"] for notice in expected.get("notices", [])]

    sentences = [notice_sentence(notice) for notice in report.notices]

    said_nowhere = [words for words in together if not any(all(w in said for w in words) for said in sentences)]
    assert said_nowhere == [], sentences
    for name, words in expected.get("says", {}).items():
        assert words in message(first_wrong(result_of(report, name)).finding)


@each_layout
def test_what_is_expected_of_a_layout_agrees_with_the_course_and_with_itself(path, course):
    expected, possible = expected_of(path), {exercise.id: exercise.points for exercise in course.exercises}
    graded = expected.get("only", list(possible))

    assert expected["learner"]
    assert graded == [name for name in possible if name in graded]
    assert list(expected["verdicts"]) == graded
    assert set(expected["verdicts"].values()) <= set(Verdict)
    for name, points in expected.get("points", {}).items():
        assert 0 <= points <= possible[name]
        assert (points == possible[name]) == (expected["verdicts"][name] == Verdict.PASSED), name
    assert {*expected.get("found", {}), *expected.get("says", {})} <= set(graded)
    for name, answer in expected.get("found", {}).items():
        text = (path.with_suffix("") / answer["file"]).read_bytes().decode("utf-8", errors="replace")
        assert answer.get("name", name.rpartition(".")[2]) in text


def test_layouts_are_of_three_languages_and_of_a_usual_size():
    written = {path: "".join(file.read_text("utf-8", errors="ignore") for file in files_of(path)) for path in LAYOUTS}
    languages = [
        "ko" if re.search("[가-힣]", text)
        else "ja" if re.search("[ぁ-んァ-ヶ]", text)
        else "zh" if re.search("[一-龥]", text)
        else "en"
        for text in written.values()
    ]  # fmt: skip

    assert len(LAYOUTS) >= 16
    assert {path.stem for path in LAYOUTS} == {p.name for p in LAYOUTS[0].parent.iterdir() if p.is_dir()}
    assert {language: languages.count(language) >= 3 for language in ("ja", "ko", "zh")} == dict.fromkeys(
        ("ja", "ko", "zh"), True
    )
    assert all(sum(file.stat().st_size for file in files_of(path)) < 100_000 for path in LAYOUTS)
