"""The checks of the course catch every known mistake, and nothing that is right.

A mistake is a text that is appended to a reference answer, so that it defines a function anew; so are correct
answers written another way; those that are right but for one thing; and cheats: answers that do not do the work.
"""

import ast
import re
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from grader.authoring.course import Course, load_course
from grader.grading import grade
from grader.model import Exercise, ExerciseResult, Limits, Outcome, Settings, Verdict
from grader.submission import read_submission

HERE = Path(__file__).parent
SOLUTIONS = HERE.parent.parent / "solutions"
COURSE = load_course()
MISTAKES = sorted((SOLUTIONS / "mistakes").glob("*/*.py"))
VARIANTS = sorted((HERE / "variants").glob("*/*.py"))
NEARLY = sorted((HERE / "nearly").glob("*/*.py"))
CHEATS = sorted((SOLUTIONS / "cheats").glob("*/*.py"))


def label(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def exercises_defined(path: Path, module: str) -> list[Exercise]:
    """Return the exercises whose function, or a method of whose class, the text defines anew."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names.add(ast.unparse(node.targets[0]))
    asked = [e for e in COURSE.exercises if e.module == module]
    return [e for e in asked if any({name, name.partition(".")[0]} & names for name in e.names)]


def grade_appended(
    folder: Path, module: str, addition: Path, exercises: list[Exercise], course: Course = COURSE
) -> list[ExerciseResult]:
    """Grade the reference answers with a text appended to one of them."""
    for path in SOLUTIONS.glob("*.py"):
        shutil.copy(path, folder)
    with (folder / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write("\n\n" + addition.read_text(encoding="utf-8"))
    settings = Settings(only=tuple(e.id for e in exercises), limits=Limits(timeout_s=3))
    results = grade(read_submission(folder, course.sought), course, settings).exercises
    broken = [outcome for result in results for outcome in result.outcomes if outcome.verdict is Verdict.BROKEN]
    assert not broken
    return list(results)


@pytest.mark.parametrize("path", MISTAKES, ids=label)
def test_every_mistake_fails_a_public_check(path, tmp_path):
    module = path.parent.name
    mistaken = exercises_defined(path, module)

    results = grade_appended(tmp_path, module, path, mistaken)

    assert mistaken
    for result in results:
        public = [o for o in result.outcomes if not o.check.hidden]
        assert any(o.verdict is not Verdict.PASSED for o in public), f"{result.exercise.id} does not notice {path.stem}"


@pytest.mark.parametrize("path", VARIANTS, ids=label)
def test_correct_answer_written_another_way_loses_nothing(path, tmp_path):
    module = path.parent.name

    results = grade_appended(tmp_path, module, path, [e for e in COURSE.exercises if e.module == module])

    assert results
    for result in results:
        assert result.complete, result.first_open


@pytest.mark.parametrize("path", NEARLY, ids=label)
def test_what_is_nearly_right_loses_one_thing_and_nothing_that_builds_on_it(path, tmp_path):
    said = re.findall(r"^# loses: (.*)", path.read_text(encoding="utf-8"), re.MULTILINE)

    results = grade_appended(tmp_path, path.parent.name, path, list(COURSE.exercises))

    lost = {o.check.id for result in results for o in result.outcomes if o.verdict is not Verdict.PASSED}
    assert lost == set(re.split(r", (?=\w+\.)", ", ".join(part.rstrip(",") for part in said)))


@pytest.mark.parametrize(("hidden", "most"), [(False, Fraction(1, 3)), (True, Fraction(1, 5))], ids=["public", "all"])
@pytest.mark.parametrize("path", CHEATS, ids=label)
def test_what_does_not_do_the_work_earns_next_to_nothing(path, hidden, most, tmp_path):
    course = COURSE if hidden else replace(COURSE, solutions=None)
    pretended = exercises_pretended(path)

    results = grade_appended(tmp_path, path.parent.name, path, pretended, course)

    assert pretended
    for result in results:
        score = result.score
        assert score.points <= most * score.possible, (result.exercise.id, [o.check.id for o in passed(result)])


def test_every_exercise_is_pretended():
    pretended = {exercise.id for path in CHEATS for exercise in exercises_pretended(path)}

    assert [exercise.id for exercise in COURSE.exercises if exercise.id not in pretended] == []


def exercises_pretended(path: Path) -> list[Exercise]:
    """Return the exercises that a cheat is about: those that it names, or defines, and those that wait for them."""
    if named := re.search(r"^# pretends: (.*)", path.read_text(encoding="utf-8"), re.MULTILINE):
        return [COURSE.exercise(named[1])]
    defined = exercises_defined(path, path.parent.name)
    ids = {exercise.id for exercise in defined}
    return defined + [e for e in COURSE.exercises if e.id not in ids and not ids.isdisjoint(e.waits_for)]


def passed(result: ExerciseResult) -> list[Outcome]:
    return [outcome for outcome in result.outcomes if outcome.verdict is Verdict.PASSED]
