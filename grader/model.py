"""The nouns of grading: frozen values without behaviour beyond sums.

Nothing derivable is stored, and no sentence is: words for people are made in ``grader.report``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Verdict(StrEnum):
    """What became of one check."""

    PASSED = "passed"
    FAILED = "failed"  # the answer is wrong
    TODO = "todo"  # the stub is untouched
    RAISED = "raised"  # the learner's code raised an exception
    TIMEOUT = "timeout"  # the time limit was reached
    KILLED = "killed"  # the process died: memory, a signal, os._exit
    BLOCKED = "blocked"  # another exercise has to be right first
    BROKEN = "broken"  # our own fault: never a lost point, and the report is not final


@dataclass(frozen=True, slots=True)
class Score:
    """Points earned out of points possible. Whole points: sums stay exact."""

    points: int = 0
    possible: int = 0

    def __add__(self, other: Score) -> Score:
        """Return both scores together."""
        return Score(self.points + other.points, self.possible + other.possible)

    @property
    def percent(self) -> float:
        """Points earned per hundred possible; 0 where nothing was possible."""
        return 100 * self.points / self.possible if self.possible else 0.0


@dataclass(frozen=True, slots=True)
class Exercise:
    """One thing a learner is asked to write."""

    id: str
    title: str
    module: str
    names: tuple[str, ...]
    points: int
    section: str = ""
    requires: tuple[str, ...] = ()
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One property that an answer must have, worth whole points."""

    id: str
    title: str
    exercise: str
    points: int
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A line of what was handed in; in a notebook, a line of one of its cells, counted from 1."""

    file: str
    line: int
    code: str = ""
    column: int | None = None
    cell: int | None = None
    function: str = ""  # that the line is in, where a traceback says so


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a check did not pass: a key, its values, and the evidence.

    ``kind`` and ``values`` become a sentence in ``grader.report.wording``. ``expected`` and ``yours``
    are lines already aligned to one another; ``said`` is the exception's own text, unchanged; ``trace`` is how the
    learner's code came to ``place``, outermost call first.
    """

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)
    call: str = ""
    expected: tuple[str, ...] = ()
    yours: tuple[str, ...] = ()
    said: str = ""
    place: Place | None = None
    trace: tuple[Place, ...] = ()
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check and what became of it."""

    check: Check
    verdict: Verdict
    finding: Finding | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def score(self) -> Score:
        """The check's points where it passed; a fault of ours makes nothing possible."""
        possible = 0 if self.verdict is Verdict.BROKEN else self.check.points
        return Score(self.check.points if self.verdict is Verdict.PASSED else 0, possible)

    @property
    def settled(self) -> bool:
        """Whether it stays like this when it is graded again: not after a fault of ours, nor for want of a box."""
        return self.verdict is not Verdict.BROKEN and (self.finding is None or self.finding.kind != "no_box")


@dataclass(frozen=True, slots=True)
class ExerciseResult:
    """An exercise with the outcomes of its checks, in course order."""

    exercise: Exercise
    outcomes: tuple[Outcome, ...]
    stood_in: tuple[str, ...] = ()  # exercises whose reference answer was used in place of the learner's
    series: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    place: Place | None = None  # where the answer is written

    @property
    def score(self) -> Score:
        """All its checks' scores together."""
        return sum((outcome.score for outcome in self.outcomes), Score())

    @property
    def complete(self) -> bool:
        """Whether every check passed, and there were some."""
        return bool(self.outcomes) and all(outcome.verdict is Verdict.PASSED for outcome in self.outcomes)

    @property
    def first_open(self) -> Outcome | None:
        """The first check that did not pass."""
        return next((o for o in self.outcomes if o.verdict is not Verdict.PASSED), None)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a reader should know that costs nobody a point: a key and its values."""

    kind: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that came out of grading one submission. Equal inputs give equal reports."""

    course: str
    student: str
    digest: str
    sandbox: str
    seed: int
    hidden_ran: bool
    exercises: tuple[ExerciseResult, ...]
    layers: tuple[str, ...] = ()  # what the sandbox consists of here
    hidden_points: int = 0  # points of checks that this run did not have
    notices: tuple[Notice, ...] = ()

    @property
    def score(self) -> Score:
        """The sum over all exercises."""
        return sum((result.score for result in self.exercises), Score())

    @property
    def outcomes(self) -> Iterator[Outcome]:
        """Every check's outcome, in course order."""
        return (outcome for result in self.exercises for outcome in result.outcomes)

    @property
    def interrupted(self) -> bool:
        """Whether the run was stopped before its end."""
        return any(notice.kind == "interrupted" for notice in self.notices)

    @property
    def final(self) -> bool:
        """False when a check was not judged: by a fault of ours, for want of a box, or because the run was stopped."""
        return not self.interrupted and all(outcome.settled for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a box may use.

    Attributes:
        timeout_s: seconds for one check, and for loading the submission.
        memory_mb: MiB of memory beyond what numpy takes.
        file_mb: MiB for each file in the scratch folder.
        processes: how many processes and threads.
    """

    timeout_s: float = 5.0
    memory_mb: int = 1024
    file_mb: int = 16
    processes: int = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """How to grade.

    Attributes:
        only: ids of the exercises to report; empty for all.
        seed: of everything random.
        limits: what the box may use.
        full_training: train as long as the book does.
    """

    only: tuple[str, ...] = ()
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    full_training: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of source that is compiled on its own: a whole module, or one cell of a notebook."""

    file: str
    source: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a submission, as text.

    Attributes:
        name: by which it is imported.
        units: its source; each unit is compiled on its own.
        problem: why it could not even be read.
        cells: whether the units are a notebook's cells, where a statement that fails costs only what it defines.
        taken: names that it has from other modules, and from which.
        lost: names whose definition could not be read, and why.
    """

    name: str
    units: tuple[Unit, ...] = ()
    problem: Finding | None = None
    cells: bool = False
    taken: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, Finding] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All of its source."""
        return "\n".join(unit.source for unit in self.units)


class Prefer(StrEnum):
    """Which of two answers counts: that of a module, or that of a notebook."""

    MODULE = "module"
    NOTEBOOK = "notebook"


@dataclass(frozen=True, slots=True)
class Submission:
    """What one learner handed in, as text. It runs nowhere but in a box."""

    student: str
    root: Path
    modules: Mapping[str, Module]
    digest: str
    notices: tuple[Notice, ...] = ()
