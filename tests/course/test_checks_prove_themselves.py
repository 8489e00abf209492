"""The checks of the course catch every known mistake, and nothing that is right.

A mistake is a text that is appended to a reference answer, so that it defines a function anew; so are correct
answers written another way, and answers that know the book's values by heart.
"""

import ast
import shutil
from pathlib import Path

import pytest

from grader.authoring.course import Course, load_course
from grader.grading import grade
from grader.model import Exercise, ExerciseResult, Settings, Verdict
from grader.submission import read_submission

HERE = Path(__file__).parent
SOLUTIONS = HERE.parent.parent / "solutions"
COURSE = load_course()
MISTAKES = sorted((SOLUTIONS / "mistakes").glob("*/*.py"))
VARIANTS = sorted((HERE / "variants").glob("*/*.py"))
HARD_CODED = sorted((HERE / "hard_coded").glob("*.py"))


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
    settings = Settings(only=tuple(e.id for e in exercises))
    results = grade(read_submission(folder, course.wanted), course, settings).exercises
    broken = [outcome for result in results for outcome in result.outcomes if outcome.verdict is Verdict.BROKEN]
    assert not broken
    return list(results)


@pytest.mark.parametrize("path", MISTAKES, ids=label)
def test_every_mistake_fails_a_check(path, tmp_path):
    module = path.parent.name
    mistaken = exercises_defined(path, module)

    results = grade_appended(tmp_path, module, path, mistaken)

    assert mistaken
    for result in results:
        assert not result.complete, f"{result.exercise.id} does not notice {path.stem}"


@pytest.mark.parametrize("path", VARIANTS, ids=label)
def test_correct_answer_written_another_way_loses_nothing(path, tmp_path):
    module = path.parent.name

    results = grade_appended(tmp_path, module, path, [e for e in COURSE.exercises if e.module == module])

    assert results
    for result in results:
        assert result.complete, result.first_open


@pytest.mark.parametrize("hidden", [True, False], ids=["with hidden checks", "public checks alone"])
@pytest.mark.parametrize("path", HARD_CODED, ids=lambda path: path.stem)
def test_knowing_the_books_values_earns_less_than_half(path, hidden, tmp_path):
    course = COURSE if hidden else Course(COURSE.title, COURSE.folder, COURSE.exercises, COURSE.given, None)

    results = grade_appended(tmp_path, path.stem, path, exercises_defined(path, path.stem), course)

    assert results
    for result in results:
        assert 2 * result.score.points < result.score.possible, result.exercise.id
