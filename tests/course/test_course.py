"""The course checks itself: every exercise has what a learner needs, and the checks judge rightly."""

import ast
import doctest
import importlib.util
import sys

import pytest
from conftest import ROOT, json_report

from grader.authoring.course import load_course
from grader.authoring.release import release_files
from grader.authoring.stubs import enclosing_name
from grader.grading import grade
from grader.model import Settings, Verdict
from grader.submission import read_submission

COURSE = load_course()
ASKED = [(exercise, name) for exercise in COURSE.exercises for name in exercise.names]
IDS = [name for _, name in ASKED]
POINTS = sum(exercise.points for exercise in COURSE.exercises)


@pytest.fixture(scope="module")
def reference_report():
    return grade(read_submission(ROOT / "solutions", COURSE.sought), COURSE)


@pytest.fixture(scope="module")
def stub_report():
    return grade(read_submission(ROOT / "assignments", COURSE.sought), COURSE)


def node_of(exercise, name):
    node = ast.parse((ROOT / "assignments" / f"{exercise.module}.py").read_text(encoding="utf-8"))
    for part in name.split("."):
        node = next(n for n in node.body if getattr(n, "name", "") == part)
    return node


def test_the_reference_solutions_score_full(reference_report):
    wrong = [(o.check.id, o.finding) for o in reference_report.outcomes if o.verdict is not Verdict.PASSED]

    assert wrong == []
    assert (reference_report.score.points, reference_report.score.possible) == (POINTS, POINTS)


def test_untouched_stubs_score_nothing_and_nothing_is_broken(stub_report):
    assert stub_report.score.points == 0
    assert {o.verdict for o in stub_report.outcomes} <= {Verdict.TODO, Verdict.BLOCKED}


def test_there_are_about_sixty_checks_of_whole_points_that_add_up(reference_report):
    assert 50 <= sum(len(result.outcomes) for result in reference_report.exercises) <= 80
    for result in reference_report.exercises:
        assert result.score.possible == result.exercise.points, result.exercise.id


def test_grading_again_and_again_gives_equal_reports(reference_report):
    names = ["gradients.numerical_gradient", "training.train"]
    submission = read_submission(ROOT / "solutions", COURSE.sought)
    first = grade(submission, COURSE, Settings(only=tuple(names)))

    for _ in range(49):
        assert grade(submission, COURSE, Settings(only=tuple(names))) == first
    assert grade(submission, COURSE) == reference_report


@pytest.mark.parametrize("seed", [1, 2, 3, 12345])
def test_no_seed_marks_the_reference_down(seed):
    names = tuple(exercise.id for exercise in COURSE.exercises)
    report = grade(read_submission(ROOT / "solutions", COURSE.sought), COURSE, Settings(only=names, seed=seed))

    assert report.score.points == POINTS


def test_assignments_are_what_release_writes():
    for name, text in release_files(COURSE).items():
        assert (ROOT / "assignments" / name).read_text(encoding="utf-8") == text, (
            f"run: grade release assignments ({name})"
        )


@pytest.mark.parametrize(("exercise", "name"), ASKED, ids=IDS)
def test_each_stub_reads_as_a_learner_needs_it(exercise, name):
    source = (ROOT / "assignments" / f"{exercise.module}.py").read_text(encoding="utf-8")
    node = node_of(exercise, name)
    doc = ast.get_docstring(node) or ""
    body = ast.get_source_segment(source, node)

    assert "Args:" in doc
    assert "Returns:" in doc
    assert "Example:" in doc
    assert ">>>" in doc
    assert "Watch out:" in doc
    assert body.count("# TODO:") == 1
    assert body.count(f'raise NotImplementedError("{name}")') == 1


@pytest.mark.parametrize("module", COURSE.given)
def test_doctests_of_the_solutions_hold(module, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "solutions"))
    spec = importlib.util.spec_from_file_location(module, ROOT / "solutions" / f"{module}.py")
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, module, loaded)
    spec.loader.exec_module(loaded)
    result = doctest.testmod(loaded)
    for name in COURSE.given:
        sys.modules.pop(name, None)

    assert result.failed == 0
    assert result.attempted > 0 or module == "training"


@pytest.mark.parametrize(("exercise", "name"), ASKED, ids=IDS)
def test_each_exercise_has_a_hole_of_its_own_name(exercise, name):
    source = (ROOT / "solutions" / f"{exercise.module}.py").read_text(encoding="utf-8")
    holes = [n for n, line in enumerate(source.splitlines(), 1) if line.strip() == "# BEGIN SOLUTION"]

    assert [enclosing_name(source, line, exercise.module) for line in holes].count(name) == 1


def test_every_exercise_has_public_and_hidden_checks(reference_report):
    for result in reference_report.exercises:
        assert {outcome.check.hidden for outcome in result.outcomes} == {True, False}, result.exercise.id


def test_titles_are_one_short_line(reference_report):
    assert [o.check.title for o in reference_report.outcomes if len(o.check.title) > 90] == []


def test_the_command_gives_the_same_as_the_library(reference_report):
    report = json_report("solutions/", "-k", "mean_squared_error")

    assert (report["score"], report["possible"]) == (10, 10)
