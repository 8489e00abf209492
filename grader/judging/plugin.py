"""The pytest side of grading: hooks and fixtures, and nothing else.

Checks run here, in the grader's process. Each gets ``student``, whose calls travel to a fresh copy of the
submission in the box.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.authoring.course import Course
from grader.box.client import Box
from grader.box.conversation import Conversation
from grader.box.events import Event, TimedOut
from grader.errors import CourseError
from grader.judging.ledger import Ledger
from grader.judging.marks import MARKERS, check_of, is_slow
from grader.judging.student import Reference, Student, Trial, why_missing
from grader.judging.verdicts import Said, Verdicts
from grader.model import Check, Outcome, Settings, Submission

LONG_CHECK = 12  # times the usual limit for checks marked slow: training a network
FULL_TRAINING = 20  # times that for as many iterations as the book has

Progress = Callable[[Outcome, int], None]


class Plugin:
    """Collects the course's checks, runs them against one submission, and enters the outcomes into a ledger.

    Attributes:
        ledger: what became of the checks.
        verdicts: what judges them.
        checks: all that were found, by pytest's node id.
        problems: check files that cannot be imported.
    """

    def __init__(
        self,
        course: Course,
        submission: Submission,
        box: Box,
        settings: Settings,
        progress: Progress = lambda outcome, total: None,
    ) -> None:
        self.ledger = Ledger(course)
        self.verdicts = Verdicts(course, submission)
        self.checks: dict[str, Check] = {}
        self.problems: list[str] = []
        self._course = course
        self._submission = submission
        self._box = box
        self._settings = settings
        self._progress = progress
        self._reference = Reference(course)
        self._conversation: Conversation | None = None

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
            self.checks[item.nodeid] = check_of(item, self._course, self.checks)
        items[:] = [item for item in items if self.checks[item.nodeid].exercise in wanted]
        items.sort(key=lambda item: order[self.checks[item.nodeid].exercise])

    def _wanted(self) -> set[str]:
        chosen = [e for e in self._course.exercises if not self._settings.only or e.id in self._settings.only]
        return {e.id for e in chosen} | {needed.id for e in chosen for needed in self._course.needed_by(e)}

    # -- fixtures ---------------------------------------------------------------------------------------

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Iterator[Student]:
        """The learner's functions and classes, in a fresh copy of the submission."""
        check = self.checks[request.node.nodeid]
        exercise = self._course.exercise(check.exercise)
        if self.ledger.found_no_end(exercise):
            raise TimedOut(self._settings.limits.timeout_s, again=True)
        stand_ins = self.ledger.stand_ins(exercise)
        paths = [f"{e.module}.{name}" for e in stand_ins for name in e.names]
        limit = self._limit(request.node)
        with self._box.conversation(
            self._seed(check), paths, self._reference.stands_in(stand_ins), limit
        ) as conversation:
            self._conversation = conversation
            if stand_ins:
                self.ledger.stood_in[exercise.id] = tuple(e.id for e in stand_ins)
            yield Student(self._course, conversation, self._why_missing)

    def _limit(self, item: pytest.Item) -> float:
        factor = LONG_CHECK * (FULL_TRAINING if self._settings.full_training else 1) if is_slow(item) else 1
        return self._settings.limits.timeout_s * factor

    def _why_missing(self, module: str, name: str) -> Event | None:
        return why_missing(self._box, self._submission, self._course, module, name)

    @pytest.fixture
    def reference(self) -> SimpleNamespace:
        """The reference answers, in this process; hidden checks may use them."""
        found = self._reference.answers
        if found is None:
            raise CourseError("this check uses the reference answers, and there are none here")
        return found

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """A generator that draws the same for the same check and seed."""
        return np.random.default_rng(self._seed(self.checks[request.node.nodeid]))

    @pytest.fixture
    def curve(self, request: pytest.FixtureRequest) -> Callable[[str, Sequence[float]], None]:
        """Keeps a named series of numbers for the report."""
        series = self.ledger.series[self.checks[request.node.nodeid].exercise]

        def keep(name: str, values: Sequence[float]) -> None:
            series[name] = tuple(float(value) for value in values)

        return keep

    @pytest.fixture
    def settings(self) -> Settings:
        """How this run was asked for."""
        return self._settings

    def _seed(self, check: Check) -> int:
        return zlib.crc32(f"{self._settings.seed} {check.id}".encode())

    # -- judging ----------------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Turn what a check raised into its outcome.

        pytest's own report has the traceback in words, which nobody reads here, and which costs more than most checks.
        """
        error = call.excinfo.value if call.excinfo else None
        if (call.when == "setup" and error) or call.when == "call":
            self._conclude(item, error, call.duration)
        if call.when == "teardown":
            self._conversation = None
        assert call.when != "collect"  # noqa: S101 - for the type checker
        return pytest.TestReport(item.nodeid, item.location, {}, "failed" if error else "passed", None, call.when)

    def _conclude(self, item: pytest.Item, error: BaseException | None, seconds: float) -> None:
        check = self.checks[item.nodeid]
        exercise = self._course.exercise(check.exercise)
        talk = self._conversation
        said = Said(tuple(talk.calls), talk.printed) if talk else Said()
        verdict, finding = self.verdicts.judge(error, exercise, said, lambda: self._passes_on_reference(item))
        outcome = self.ledger.enter(check, verdict, finding, seconds)
        if not self._settings.only or exercise.id in self._settings.only:
            self._progress(outcome, len(item.session.items))

    def _passes_on_reference(self, item: pytest.Item) -> bool:
        """Run a check once more, on the reference answers; without them the check is believed."""
        answers = self._reference.answers
        if answers is None:
            return True
        function = item.obj  # type: ignore[attr-defined]
        wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
        again: dict[str, Any] = {
            "student": Trial(answers, self._course),
            "rng": np.random.default_rng(self._seed(self.checks[item.nodeid])),
        }
        try:
            function(**{name: again.get(name, item.funcargs[name]) for name in wanted})  # type: ignore[attr-defined]
        except Exception:
            return False
        return True
