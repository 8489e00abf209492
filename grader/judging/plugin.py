"""The pytest side of grading: fixtures for checks, and the one table from exceptions to verdicts.

Checks run here, in the grader's process. Each gets ``student``, whose calls travel to a fresh copy of the
submission in the box.
"""

from __future__ import annotations

import ast
import importlib
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.authoring.course import Course
from grader.authoring.stubs import todo_text
from grader.box.client import (
    BadReply,
    Box,
    Conversation,
    Died,
    Event,
    Mapped,
    Missing,
    Needs,
    StudentRaised,
    TimedOut,
)
from grader.errors import CourseError
from grader.judging.compare import Mismatch, call_text, type_name
from grader.model import Check, Exercise, Finding, Module, Outcome, Place, Settings, Submission, Unit, Verdict
from grader.submission.definitions import NOT_PYTHON, dotted_name, flat, parse
from grader.submission.labels import place_in, readable

MARKER = "exercise(id, points): the exercise that a check belongs to, and its whole points"
ENOUGH_TIMEOUTS = 2  # after so many in one exercise, nobody waits for more
OWN_FAULTS = ("missing", "raised_loading", "syntax_error")  # no other exercise has to do with these
LONG_CHECK = 12  # times the usual limit for checks marked slow: training a network


class Student:
    """The learner's functions and classes by name; every call travels to the box."""

    def __init__(self, course: Course, conversation: Conversation, missing: Callable[[str, str], Event | None]) -> None:
        self._homes = {name: module for module, names in course.names.items() for name in names}
        self._course = course
        self._conversation = conversation
        self._missing = missing

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._homes:
            raise AttributeError(f"the course has no {name}; course.toml lists {', '.join(self._homes)}")
        module = self._homes[name]
        event = self._missing(module, name)
        if event is not None:
            raise event
        return lambda *args, **kwargs: self._conversation.call(f"{module}.{name}", args, kwargs)

    def after(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return what the last call left of an array that was passed to it; the check's own is never changed."""
        return self._conversation.after(array)

    def run(self, file: str, function: str, *args: Any, **kwargs: Any) -> Any:
        """Run ``function(student, *args, **kwargs)`` from a file of the course's folder inside the box."""
        source = (self._course.folder / file).read_text(encoding="utf-8")
        return self._conversation.request("run", args, kwargs, source=source, file=file, name=function)


class Trial:
    """The reference answers in a learner's place, in this process: does a check pass on them?"""

    def __init__(self, reference: SimpleNamespace, course: Course) -> None:
        self._reference = reference
        self._course = course

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reference, name)

    def after(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return the array: reference answers change none."""
        return array

    def run(self, file: str, function: str, *args: Any, **kwargs: Any) -> Any:
        """Run a function of the course's folder on the reference answers."""
        driver: dict[str, Any] = {}
        path = self._course.folder / file
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), driver)  # noqa: S102 - the course's own text
        mapped = [np.load(a.path, mmap_mode="r") if isinstance(a, Mapped) else a for a in args]
        return driver[function](self._reference, *mapped, **kwargs)


class Plugin:
    """Collects the course's checks, runs them against one submission, and keeps the outcomes."""

    def __init__(
        self,
        course: Course,
        submission: Submission,
        box: Box,
        settings: Settings,
        progress: Callable[[Outcome, int], None] = lambda outcome, total: None,
    ) -> None:
        self.outcomes: dict[str, list[Outcome]] = {exercise.id: [] for exercise in course.exercises}
        self.series: dict[str, dict[str, tuple[float, ...]]] = {exercise.id: {} for exercise in course.exercises}
        self.stood_in: dict[str, tuple[str, ...]] = {}
        self.checks: dict[str, Check] = {}  # by pytest's node id
        self.problems: list[str] = []
        self._course = course
        self._submission = submission
        self._box = box
        self._settings = settings
        self._progress = progress
        self._conversation: Conversation | None = None
        self._setup_error: BaseException | None = None

    # -- collecting -------------------------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the markers."""
        config.option.verbose = (
            0  # pytest 8 asks for it where an assertion fails, though without a terminal it is not there
        )
        config.addinivalue_line("markers", MARKER)
        config.addinivalue_line("markers", "slow: this check may take longer than others")

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Remember check files that cannot be imported."""
        if report.failed:
            self.problems.append(f"{report.nodeid}: {str(report.longrepr).strip().splitlines()[-1]}")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the checks into course order, and leave out what was not asked for."""
        order = {exercise.id: number for number, exercise in enumerate(self._course.exercises)}
        wanted = self._wanted()
        for item in items:
            self.checks[item.nodeid] = self._check(item)
        items[:] = [item for item in items if self.checks[item.nodeid].exercise in wanted]
        items.sort(key=lambda item: order[self.checks[item.nodeid].exercise])

    def _wanted(self) -> set[str]:
        chosen = [e for e in self._course.exercises if not self._settings.only or e.id in self._settings.only]
        return {e.id for e in chosen} | {needed.id for e in chosen for needed in self._course.needed_by(e)}

    def _check(self, item: pytest.Item) -> Check:
        marker = item.get_closest_marker("exercise")
        where = f"{item.path.name}::{item.name}"
        if marker is None:
            raise CourseError(f"{where}: say which exercise it checks: @pytest.mark.exercise('module.name', points=1)")
        exercise, points = marker_values(*marker.args, **marker.kwargs)
        if type(points) is not int or points < 0:
            raise CourseError(f"{where}: points must be a whole number, not {points!r}")
        self._course.exercise(exercise)
        hidden = self._course.solutions is not None and item.path.is_relative_to(self._course.solutions)
        doc = (getattr(getattr(item, "obj", None), "__doc__", "") or "").strip().splitlines()
        name = item.name.removeprefix("test_")
        title = doc[0] if doc else name.replace("_", " ")
        callspec = getattr(item, "callspec", None)
        if callspec is not None:
            title = f"{title.rstrip('.')}: {callspec.id}"
        check = Check(f"{exercise}.{'hidden.' if hidden else ''}{name}", title, exercise, points, hidden)
        if any(check.id == other.id for other in self.checks.values()):
            raise CourseError(f"{where}: two checks of {exercise} have this name")
        return check

    # -- fixtures ---------------------------------------------------------------------------------------

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Iterator[Student]:
        """The learner's functions and classes, in a fresh copy of the submission."""
        check = self.checks[request.node.nodeid]
        exercise = self._course.exercise(check.exercise)
        timeouts = [o for o in self.outcomes[exercise.id] if o.verdict is Verdict.TIMEOUT]
        if len(timeouts) >= ENOUGH_TIMEOUTS:
            raise TimedOut(self._settings.limits.timeout_s, again=True)
        stand_ins = self._stand_ins(exercise)
        paths = [f"{e.module}.{name}" for e in stand_ins for name in e.names]
        limit = self._settings.limits.timeout_s * (LONG_CHECK if request.node.get_closest_marker("slow") else 1)
        if self._settings.full_training and request.node.get_closest_marker("slow"):
            limit *= 20
        reference = self._reference_for(exercise, stand_ins)
        with self._box.conversation(self._seed(check), paths, reference, limit) as conversation:
            self._conversation = conversation
            if stand_ins:
                self.stood_in[exercise.id] = tuple(e.id for e in stand_ins)
            yield Student(self._course, conversation, self._unanswered)

    @pytest.fixture
    def reference(self) -> SimpleNamespace:
        """The reference answers, in this process; hidden checks may use them."""
        found = self._reference
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
        series = self.series[self.checks[request.node.nodeid].exercise]

        def keep(name: str, values: Sequence[float]) -> None:
            series[name] = tuple(float(value) for value in values)

        return keep

    @pytest.fixture
    def settings(self) -> Settings:
        """How this run was asked for."""
        return self._settings

    def _seed(self, check: Check) -> int:
        return zlib.crc32(f"{self._settings.seed} {check.id}".encode())

    # -- what other exercises have to do with it --------------------------------------------------------

    @property
    def _reference(self) -> SimpleNamespace | None:
        return load_reference(self._course.solutions, tuple(self._course.given)) if self._course.solutions else None

    def _failing(self, exercise: Exercise) -> bool:
        return any(outcome.verdict is not Verdict.PASSED for outcome in self.outcomes[exercise.id])

    def _stand_ins(self, exercise: Exercise) -> list[Exercise]:
        """Return the failed exercises whose reference answers are used for this one."""
        if self._course.solutions is None:
            return []
        needed = {needed.id for needed in self._course.needed_by(exercise)} - set(exercise.waits_for)
        return [e for e in self._course.exercises if e.id in needed and self._failing(e)]

    def _reference_for(self, exercise: Exercise, stand_ins: Sequence[Exercise]) -> Callable[[str], Any]:
        """Return what looks up a reference answer: never one of the exercise itself."""
        allowed = {f"{e.module}.{name}" for e in stand_ins for name in e.names}
        allowed |= {f"{module}.{name}" for module, names in self._course.given.items() for name in names}

        def look_up(path: str) -> Any:
            found: Any = self._reference
            if path not in allowed or found is None:
                return None
            for name in path.split(".")[1:]:
                found = getattr(found, name)
            return found

        return look_up

    def _unanswered(self, module: str, name: str) -> Event | None:
        """Return why ``module.name`` cannot be called, if it cannot."""
        loaded = self._box.found[module]
        if module not in self._submission.modules:
            return Missing(f"{module}.py")
        if loaded.trouble is not None:
            return loaded.trouble
        if name not in loaded.missing:
            return None
        failed = [p.event for p in self._box.problems if name in p.names]
        course_names = {known for names in self._course.names.values() for known in names}
        return failed[-1] if failed else Missing(name, tuple(n for n in loaded.names if n not in course_names))

    # -- verdicts ---------------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> pytest.TestReport:
        """Turn what a check raised into its outcome.

        pytest's own report has the traceback in words, which nobody reads here, and which costs more than most checks.
        """
        error = call.excinfo.value if call.excinfo else None
        if call.when == "setup":
            self._setup_error = error
        if (call.when == "setup" and error) or call.when == "call":
            self._conclude(item, error, call.duration)
        if call.when == "teardown":
            self._conversation = None
        assert call.when != "collect"  # noqa: S101 - for the type checker
        return pytest.TestReport(item.nodeid, item.location, {}, "failed" if error else "passed", None, call.when)

    def _conclude(self, item: pytest.Item, error: BaseException | None, seconds: float) -> None:
        check = self.checks[item.nodeid]
        exercise = self._course.exercise(check.exercise)
        verdict, finding = (Verdict.PASSED, None) if error is None else self._judge(item, exercise, error)
        own = finding is not None and finding.kind in OWN_FAULTS
        if verdict in (Verdict.FAILED, Verdict.RAISED) and not own and (guilty := self._first_failing(exercise)):
            verdict, finding = Verdict.BLOCKED, Finding("waits_for", {"exercise": guilty.title})
        outcome = Outcome(check, verdict, finding, seconds)
        self.outcomes[exercise.id].append(outcome)
        wanted = not self._settings.only or exercise.id in self._settings.only
        if wanted:
            self._progress(outcome, len(item.session.items))

    def _first_failing(self, exercise: Exercise) -> Exercise | None:
        """Return the exercise to put right first: one that failed, and that nothing stood in for."""
        stood_in = self.stood_in.get(exercise.id, ())
        failing = (e for e in self._course.needed_by(exercise) if e.id not in stood_in and self._failing(e))
        return min(failing, key=self._course.exercises.index, default=None)

    def _judge(self, item: pytest.Item, exercise: Exercise, error: BaseException) -> tuple[Verdict, Finding]:
        """The one table from exceptions to verdicts."""
        match error:
            case StudentRaised() if error.type_name == "Skipped" and error.while_loading:
                problem = self._submission.modules[exercise.module].problem
                return Verdict.RAISED, problem or Finding("not_loaded")
            case StudentRaised() if "NotImplementedError" in error.kinds:
                return self._hole(exercise, error)
            case StudentRaised() if "MemoryError" in error.kinds:
                return Verdict.KILLED, self._raised("out_of_memory", error)
            case StudentRaised() if error.while_loading:
                kind = "syntax_error" if "SyntaxError" in error.kinds else "raised_loading"
                return Verdict.RAISED, self._raised(kind, error)
            case StudentRaised():
                return Verdict.RAISED, self._raised("raised", error)
            case Missing() if error.name.endswith(".py"):
                return Verdict.TODO, Finding("no_module", {"file": error.name})
            case Missing():
                return self._missing(error)
            case Needs():
                return Verdict.BLOCKED, Finding("waits_for", {"exercise": self._title_of(error.name)})
            case TimedOut():
                kind = "timeout_loading" if error.while_loading else "timeout_again" if error.again else "timeout"
                return Verdict.TIMEOUT, self._finding(exercise, kind, {"seconds": f"{error.seconds:g}"})
            case Died():
                kind = "died_loading" if error.while_loading else "died"
                return Verdict.KILLED, self._finding(exercise, kind, died_values(error))
            case BadReply():
                return Verdict.FAILED, self._finding(exercise, "bad_reply", {"what": error.what})
            case Mismatch():
                finding = self._finding(exercise, error.kind, error.values, error.actual)
                return Verdict.FAILED, replace_evidence(finding, error)
            case AssertionError():
                text = (str(error).strip().splitlines() or ["a condition does not hold"])[0]
                return Verdict.FAILED, self._finding(exercise, "assertion", {"text": text})
        return self._our_fault(item, exercise, error)

    def _hole(self, exercise: Exercise, error: StudentRaised) -> tuple[Verdict, Finding]:
        """A stub's NotImplementedError: this exercise is to do, or it waits for the one that is."""
        said = error.text.strip()
        owner = next((e for e in self._course.exercises if said in e.names), exercise)
        if owner.id == exercise.id:
            return Verdict.TODO, self._todo(said or exercise.title, self._frame(error))
        return Verdict.BLOCKED, Finding("waits_for", {"exercise": owner.title})

    def _missing(self, error: Missing) -> tuple[Verdict, Finding]:
        """A name is not defined: misspelt, in a cell that is not Python, or not written yet."""
        module = self._submission.modules[self._home_of(error.name)]
        if error.name in module.lost:
            return Verdict.RAISED, module.lost[error.name]
        close = closest(error)
        if error.name in module.taken and not close:
            return Verdict.TODO, Finding("not_there", {"name": error.name})
        values = {"name": error.name, "close": close}
        return Verdict.FAILED, Finding("missing", values, place=self._definition(module, error.name, close))

    def _todo(self, name: str, place: Place | None) -> Finding:
        source = next((unit.source for unit in self._units() if place and holds(unit, place)), "")
        return Finding("todo", {"name": name, "todo": todo_text(source, place.line) if place else ""}, place=place)

    def _raised(self, kind: str, error: StudentRaised) -> Finding:
        place = self._frame(error)
        cell = {"cell": str(place.cell)} if place and place.cell else {}
        finding = self._finding(None, kind, {"type": error.type_name, **cell})
        said = f"{error.type_name}: {error.text}" if error.text else error.type_name
        return Finding(
            kind, finding.values, "" if error.while_loading else finding.call, said=said, place=place,
            trace=tuple(self.place(*frame) for frame in error.frames[:-1]), printed=finding.printed,
        )  # fmt: skip

    def _finding(
        self, exercise: Exercise | None, kind: str, values: Mapping[str, str], actual: object = None
    ) -> Finding:
        """Return a finding with the call it is about, the place of the answer, and what was printed."""
        call, printed = "", ""
        if self._conversation is not None:
            calls = list(self._conversation.calls)
            printed = readable(self._conversation.printed)
            if calls:
                about = next((c for c in reversed(calls) if actual is not None and c.result is actual), calls[-1])
                call = call_text(about.name, about.args, about.kwargs)
                values = {"name": about.name, **values}
        place = self.place_of(exercise) if exercise else None
        return Finding(kind, dict(values), call, place=place, printed=printed)

    def _our_fault(self, item: pytest.Item, exercise: Exercise, error: BaseException) -> tuple[Verdict, Finding]:
        """A check failed in an unforeseen way: by a value it cannot use, or by a fault of its own."""
        text = f"{type(error).__name__}: {error}"
        called = self._conversation is not None and bool(self._conversation.calls)
        usable_error = isinstance(error, AttributeError | TypeError | ValueError | LookupError | ArithmeticError)
        if called and usable_error and self._reference_passes(item):
            result = self._conversation.calls[-1].result if self._conversation else None
            return Verdict.FAILED, self._finding(exercise, "unusable", {"got": type_name(result), "why": text})
        return Verdict.BROKEN, Finding("broken", {"why": text})

    def _reference_passes(self, item: pytest.Item) -> bool:
        """Run the check once more, on the reference answers; without them the check is believed."""
        reference = self._reference
        if reference is None:
            return True
        function = item.obj  # type: ignore[attr-defined]
        wanted = function.__code__.co_varnames[: function.__code__.co_argcount]
        again: dict[str, Any] = {
            "student": Trial(reference, self._course),
            "rng": np.random.default_rng(self._seed(self.checks[item.nodeid])),
        }
        try:
            function(**{name: again.get(name, item.funcargs[name]) for name in wanted})  # type: ignore[attr-defined]
        except Exception:
            return False
        return True

    # -- places -----------------------------------------------------------------------------------------

    def _home_of(self, name: str) -> str:
        return next(module for module, names in self._course.names.items() if name in names)

    def _title_of(self, path: str) -> str:
        module, _, name = path.partition(".")
        for exercise in self._course.exercises:
            if exercise.module == module and any(name in (own, own.partition(".")[0]) for own in exercise.names):
                return exercise.title
        return f"{module}.py"

    def _frame(self, error: StudentRaised) -> Place | None:
        return self.place(*error.frames[-1]) if error.frames else None

    def place(self, file: str, line: int, function: str = "", column: int = 0) -> Place:
        """Return a place with the code that is written there."""
        source = next((unit.source for unit in self._units() if unit.file == file), "")
        lines = source.split("\n")
        code = lines[line - 1].rstrip()[:200] if 0 < line <= len(lines) else ""
        return place_in(file, line, code, column or None, function)

    def _units(self) -> Iterator[Unit]:
        return (unit for module in self._submission.modules.values() for unit in module.units)

    def place_of(self, exercise: Exercise) -> Place | None:
        """Return where the answer to an exercise is written: its only return, or where it begins."""
        module = self._submission.modules.get(exercise.module)
        if module is None or not exercise.names:
            return None
        return self._definition(module, exercise.names[-1], exercise.names[-1])

    def _definition(self, module: Module, top: str, name: str) -> Place | None:
        """Return where ``name`` is defined in the file that ``top`` is taken from."""
        home = self._submission.modules.get(module.taken.get(top.partition(".")[0], ""), module)
        for unit in reversed(home.units):
            if line := definition_line(unit.source, name):
                return self.place(unit.file, line)
        return None


def marker_values(exercise: object = "", points: object = 1) -> tuple[str, object]:
    """Return what an ``exercise`` marker says; it reads like a call of this function."""
    return str(exercise), points


def holds(unit: Unit, place: Place) -> bool:
    """Return whether a place is in this unit."""
    where = place_in(unit.file, place.line)
    return (where.file, where.cell) == (place.file, place.cell)


def replace_evidence(finding: Finding, error: Mismatch) -> Finding:
    """Return the finding with the evidence of a comparison."""
    return Finding(
        finding.kind, finding.values, finding.call, error.expected, error.yours, place=finding.place,
        printed=finding.printed,
    )  # fmt: skip


def closest(error: Missing) -> str:
    """Return the defined name that the missing one was probably meant to be, or nothing."""
    import difflib

    return next(iter(difflib.get_close_matches(error.name, error.known, 1, 0.7)), "")


def died_values(error: Died) -> dict[str, str]:
    """Return how a process ended, as text."""
    if error.signal is not None:
        return {"signal": str(error.signal)}
    return {"exit": str(error.exit)} if error.exit is not None else {}


@cache
def parsed(text: str) -> ast.Module | None:
    """Return a text's syntax tree; None where it has none."""
    try:
        return parse(text)
    except NOT_PYTHON:
        return None


def definition_line(text: str, name: str) -> int | None:
    """Return the line of the only return of a function or method, or else where it is defined; None without one."""
    node: ast.AST | None = parsed(text)
    for part in name.split("."):
        body = list(flat(getattr(node, "body", [])))
        node = next((n for n in reversed(body) if defines(n, part, name)), None)
        if isinstance(node, ast.Assign):
            return node.lineno
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return None
    returns = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
    return returns[0].lineno if len(returns) == 1 else node.lineno


def defines(node: ast.stmt, part: str, name: str) -> bool:
    """Return whether a statement defines ``part``, or gives ``name``, that it is a part of, another value."""
    if isinstance(node, ast.Assign):
        return any(dotted_name(target) == name for target in node.targets)
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part


@cache
def load_reference(solutions: Path, modules: tuple[str, ...]) -> SimpleNamespace:
    """Import the reference answers into this process, leaving ``sys.modules`` as it was.

    Raises:
        CourseError: one of them cannot be imported.
    """
    before = {name: sys.modules.pop(name) for name in modules if name in sys.modules}
    sys.path.insert(0, str(solutions))
    found = SimpleNamespace()
    try:
        for name in modules:
            for key, value in vars(importlib.import_module(name)).items():
                if not key.startswith("_"):
                    setattr(found, key, value)
    except Exception as error:
        raise CourseError(f"{solutions}: the reference answers cannot be imported: {error}") from error
    finally:
        sys.path.remove(str(solutions))
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(before)
    return found
