"""The pytest side of grading: hooks and fixtures, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from numpy.random import Generator, default_rng

from grader.authoring.course import Course
from grader.box.line import FORK
from grader.errors import CourseError
from grader.judging.bench import Bench
from grader.judging.ledger import Judged, broken
from grader.judging.marks import MARKERS, check_of, is_aside, is_slow
from grader.judging.running import run_checks
from grader.judging.student import Student, Trial
from grader.model import Check, Outcome, Settings, Verdict

Progress = Callable[[Outcome, int], None]


class Plugin:
    """Collects a course's checks, and has them run against the submission on the bench.

    Args:
        course: what is asked for.
        bench: where the submission is judged.
        progress: called with each outcome and the number of checks in all.
        meanwhile: called once while checks run elsewhere.

    Attributes:
        problems: check files that cannot be imported.
    """

    def __init__(self, course: Course, bench: Bench, progress: Progress, meanwhile: Callable[[], None]) -> None:
        self.problems: list[str] = []
        self._course = course
        self._bench = bench
        self._progress = progress
        self._meanwhile = meanwhile
        self._checks: dict[str, Check] = {}  # by pytest's node id
        self._item: pytest.Item | None = None  # what is running
        self._entered: set[str] = set()
        self._total = 0

    # -- collecting -------------------------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the markers."""
        config.option.verbose = 0  # pytest 8 asks for it where an assertion fails, though the terminal is left out
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember check files that cannot be imported."""
        if report.failed:
            self.problems.append(f"{report.nodeid}: {str(report.longrepr).strip().splitlines()[-1]}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the checks into course order, and leave out what was not asked for."""
        order = {exercise.id: number for number, exercise in enumerate(self._course.exercises)}
        wanted = self._wanted()
        for item in items:
            self._checks[item.nodeid] = check_of(item, self._course, self._checks)
        items[:] = [item for item in items if self._checks[item.nodeid].exercise in wanted]
        self._bench.ledger.asides = {self._checks[item.nodeid].id for item in items if is_aside(item)}
        items.sort(key=lambda item: order[self._checks[item.nodeid].exercise])
        self._total = len(items)

    def _wanted(self) -> set[str]:
        only = self._bench.settings.only
        chosen = [e for e in self._course.exercises if not only or e.id in only]
        return {e.id for e in chosen} | {needed.id for e in chosen for needed in self._course.needed_by(e)}

    # -- running ----------------------------------------------------------------------------------------

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Have the checks run in processes of their own; without fork they run in this one, as pytest has it."""
        if self.problems:
            return True
        self._bench.deliver = self._enter
        if not FORK:
            return None
        items = {item.nodeid: item for item in session.items}
        try:
            run_checks(self._bench, items, self._checks, self._enter, self._meanwhile)
        except Exception as error:  # whatever it is: what is finished counts, and what is not is named
            for name in [name for name in items if name not in self._entered]:
                self._enter(self._checks[name], Judged(name, Verdict.BROKEN, broken(error)))
        return True

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Remember what keeps checks from being collected or run."""
        self.problems.append(broken(excinfo.value).values["why"])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Remember which check the fixtures are for."""
        self._item = item

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Turn what a check raised into its outcome.

        pytest's own report has the traceback in words, which nobody reads here, and which costs more than most checks.
        """
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, pytest.fail.Exception):  # a way to say that a condition does not hold
            error = AssertionError(error.msg)
        if (call.when == "setup" and error) or call.when == "call":
            again = None if call.when == "setup" or is_slow(item) else partial(self._run_again, item)
            passes = partial(self._passes_on_reference, item)
            self._bench.conclude(self._check, item.nodeid, error, call.duration, passes, again)
        if call.when == "teardown":
            self._bench.clear()
        assert call.when != "collect"  # noqa: S101 - for the type checker
        return pytest.TestReport(item.nodeid, item.location, {}, "failed" if error else "passed", None, call.when)

    def _enter(self, check: Check, judged: Judged) -> None:
        self._entered.add(judged.check)
        outcome, only = self._bench.ledger.enter(check, judged), self._bench.settings.only
        if not only or check.exercise in only:
            self._progress(outcome, self._total)

    def _passes_on_reference(self, item: pytest.Item) -> bool:
        """Run a check once more, on the reference answers; without them the check is believed."""
        answers = self._bench.reference.answers
        return answers is None or self._run_again(item, Trial(answers, self._course)) is None

    def _run_again(self, item: pytest.Item, student: Student | Trial) -> BaseException | None:
        """Run a check once more, on somebody else and with the same draws; return what it raises."""
        function = item.obj  # type: ignore[attr-defined]
        wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
        again: dict[str, Any] = {
            "student": student,
            "rng": default_rng(self._bench.seed(self._check)),
        }
        try:
            function(**{name: again.get(name, item.funcargs[name]) for name in wanted})  # type: ignore[attr-defined]
        except (Exception, pytest.fail.Exception) as error:
            return error
        return None

    # -- fixtures ---------------------------------------------------------------------------------------

    @property
    def _check(self) -> Check:
        assert self._item is not None  # noqa: S101 - fixtures are made for a check
        return self._checks[self._item.nodeid]

    @pytest.fixture
    def student(self) -> Iterator[Student]:
        """The learner's functions and classes, in a fresh copy of the submission."""
        slow = self._item is not None and is_slow(self._item)
        with self._bench.student(self._check, slow=slow) as student:
            yield student

    @pytest.fixture
    def reference(self) -> SimpleNamespace:
        """The reference answers, in this process; hidden checks may use them."""
        found = self._bench.reference.answers
        if found is None:
            raise CourseError("this check uses the reference answers, and there are none here")
        return found

    @pytest.fixture
    def rng(self) -> Generator:
        """A generator that draws the same for the same check, seed and submission."""
        return default_rng(self._bench.seed(self._check))

    @pytest.fixture
    def curve(self) -> Callable[[str, Sequence[float]], None]:
        """Keeps a named series of numbers for the report."""
        return self._bench.keep

    @pytest.fixture
    def settings(self) -> Settings:
        """How this run was asked for."""
        return self._bench.settings
