"""Grade one submission: the one pipeline, from text to Report."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from grader.authoring.course import Course
from grader.box.confine import Level
from grader.box.process import Process, end_strays, site_packages
from grader.box.trees import remove_tree
from grader.datasets import check_files, mnist_files, renew_damaged
from grader.errors import CourseError, UsageError
from grader.model import ExerciseResult, Limits, Notice, Outcome, Report, Settings, Submission, Verdict
from grader.signals import uninterrupted

if TYPE_CHECKING:
    from grader.judging.bench import Bench
    from grader.judging.plugin import Plugin

__all__ = ["Limits", "Progress", "Settings", "grade"]

SETTINGS = Path(__file__).with_name("judging") / "checks.ini"
UNUSED = (
    "terminal",
    "cacheprovider",
    "junitxml",
    "stepwise",
    "doctest",
    "faulthandler",
    "unittest",
    "pastebin",
    "logging",
    "unraisableexception",
    "threadexception",
)

Progress = Callable[[Outcome, int], None]


def grade(
    submission: Submission,
    course: Course,
    settings: Settings | None = None,
    *,
    sandbox: str = "auto",
    progress: Progress = lambda outcome, total: None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Report:
    """Run a course's checks against a submission, in forks of this process where there is fork.

    Call it while no other thread computes with NumPy: its linear algebra may not survive a fork in the middle of work.
    Set ``OPENBLAS_NUM_THREADS`` to 1 before NumPy is imported, as the command does: the last digits of curves depend on
    how many threads there are.

    Args:
        submission: what was handed in, as text.
        course: what is asked for.
        settings: seed, limits, selection.
        sandbox: how strongly the box is confined: "bwrap", "kernel", "limits", or "auto", the strongest to be had.
        progress: called with each outcome and the number of checks in all.
        meanwhile: may be called once while checks run elsewhere, to prepare for what comes after.

    Returns:
        A report; equal inputs give equal reports.

    Raises:
        CourseError: the course's checks cannot be run.
        BoxError: no box can be had.
    """
    settings = settings or Settings()
    levels, readable = levels_of(sandbox), [*data_files(course), *library_files(course)]
    with work_folder() as folder:
        process = Process(levels[0], settings.limits, readable, folder)
        try:
            # The box imports numpy while the grader imports it, and loads the submission while pytest is imported.
            from grader.box.client import Box

            box = Box(
                process,
                levels,
                submission,
                course.names,
                limits=settings.limits,
                readable=readable,
                libraries=course.libraries,
                given=course.given_functions,
                folder=folder,
            )
        except BaseException:
            process.kill()
            raise
        with box:
            from grader.judging.bench import Bench
            from grader.judging.plugin import Plugin

            box.prepare()  # what cannot be confined is an error of the run, not of a check
            bench = Bench(course, submission, box, settings, check_files if course.data else lambda: None)
            interrupted = run_pytest(course, Plugin(course, bench, progress, meanwhile))
            if course.data and any(outcome.verdict is Verdict.BROKEN for outcome in bench.ledger.all()):
                renew_damaged()
            notices = (Notice("interrupted"),) if interrupted else ()
            return make_report(course, submission, settings, bench, notices)


@contextmanager
def work_folder() -> Iterator[Path]:
    """Make a folder for all that boxes write; whatever is left of them goes with it."""
    folder: Path | None = None
    try:
        with uninterrupted():
            folder = Path(tempfile.mkdtemp(prefix="grade-"))
        folder.chmod(0o711)  # a box stands below it as another account
        yield folder
    finally:
        with uninterrupted():
            if folder is not None:
                if not is_empty(folder):  # a box whose runner was killed
                    end_strays(folder)
                remove_tree(folder)


def is_empty(folder: Path) -> bool:
    """Return whether nothing is in a folder; where that cannot be seen, something may be."""
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def levels_of(sandbox: str) -> list[Level]:
    """Return the levels to try, the strongest first.

    Raises:
        UsageError: there is no such level.
    """
    if sandbox == "auto":
        wall = [Level.BWRAP] if shutil.which("bwrap") else []
        return [*wall, Level.KERNEL, Level.LIMITS]
    if sandbox not in list(Level):
        raise UsageError(f"--sandbox {sandbox}: choose auto, {', '.join(Level)}")
    return [Level(sandbox)]


def library_files(course: Course) -> list[Path]:
    """Return where the libraries lie that the course allows."""
    return [site_packages() / entry for name in course.libraries for entry in (name, f"{name}.py", f"{name}.libs")]


def data_files(course: Course) -> list[Path]:
    """Return the files that the course's checks hand to the box: never test labels."""
    return [mnist_files()[name] for name in course.data]


def run_pytest(course: Course, plugin: Plugin) -> bool:
    """Run all checks; return whether they were interrupted.

    Raises:
        CourseError: a check file cannot be imported, or says what cannot be.
    """
    import pytest

    folders = [str(folder) for folder in course.checks if folder.is_dir()]
    arguments = [
        *folders, "--capture=sys", "--import-mode=importlib", "--noconftest", "-c", str(SETTINGS),
        f"--rootdir={course.folder.anchor}", *(f"-pno:{name}" for name in UNUSED),
    ]  # fmt: skip
    with without_users_pytest():
        code = pytest.main(arguments, plugins=[plugin])
    if plugin.problems:
        raise CourseError("; ".join(plugin.problems))
    if code == pytest.ExitCode.INTERRUPTED:
        return True
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise CourseError(f"{', '.join(folders) or course.folder / 'checks'}: there are no checks that can be run")
    return False


@contextmanager
def without_users_pytest() -> Iterator[None]:
    """Shut out pytest settings and plugins that the user has for other purposes."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_DEBUG", "PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        del os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"]
        os.environ.update(before)


def make_report(
    course: Course,
    submission: Submission,
    settings: Settings,
    bench: Bench,
    notices: tuple[Notice, ...],
) -> Report:
    """Gather what became of the checks into a report."""
    from grader.judging.given import given_notices

    attempted = bench.ledger.attempted()
    results = tuple(
        ExerciseResult(
            exercise,
            tuple(bench.ledger.outcomes[exercise.id]),
            bench.ledger.series[exercise.id],
            bench.verdicts.places.of(exercise),
            exercise.id in attempted,
        )
        for exercise in course.exercises
        if not settings.only or exercise.id in settings.only
    )
    hidden_ran = course.solutions is not None
    possible = sum(result.checked_points for result in results)
    expected = sum(result.exercise.points for result in results)
    report = Report(
        course=course.title,
        student=submission.student,
        digest=submission.digest,
        sandbox=bench.sandbox.level,
        layers=bench.sandbox.layers,
        seed=settings.seed,
        hidden_ran=hidden_ran,
        exercises=results,
        hidden_points=0 if hidden_ran or notices else expected - possible,
        notices=(*submission.notices, *given_notices(course, submission), *bench.sandbox.notices, *notices),
    )
    return report.answered() if settings.only_answered else report
