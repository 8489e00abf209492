"""The nouns of grading: frozen values without behaviour beyond sums.

Nothing derivable is stored, and no sentence is: words for people are made in ``grader.report``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
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
    missing: str = ""  # what to say where it is not there


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
    stood_in: tuple[str, ...] = ()  # exercises whose reference answer was used in place of the learner's

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
    series: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    place: Place | None = None  # where the answer is written
    attempted: bool = True  # whether something of it was handed in that could be judged

    @property
    def score(self) -> Score:
        """All its checks' scores together."""
        return sum((outcome.score for outcome in self.outcomes), Score())

    @property
    def stood_in(self) -> tuple[str, ...]:
        """The exercises whose reference answer was used in place of the learner's, by any of its checks."""
        return tuple(dict.fromkeys(other for outcome in self.outcomes for other in outcome.stood_in))

    @property
    def checked_points(self) -> int:
        """The points of the checks that this run had."""
        return sum(outcome.check.points for outcome in self.outcomes)

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
    unattempted: tuple[ExerciseResult, ...] = ()  # what is listed, and not scored: see ``answered``

    def answered(self) -> Report:
        """Return the report of what was attempted: the rest is neither points nor possible points."""
        left_out = tuple(result for result in self.exercises if not result.attempted)
        unknown = sum(result.exercise.points - result.checked_points for result in left_out)
        return replace(
            self,
            exercises=tuple(result for result in self.exercises if result.attempted),
            hidden_points=max(self.hidden_points - unknown, 0),
            unattempted=self.unattempted + left_out,
        )

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
        only_answered: list what is nowhere attempted, instead of scoring it.
    """

    only: tuple[str, ...] = ()
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    full_training: bool = False
    only_answered: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of source: a whole module, or one cell of a notebook."""

    file: str
    source: str


@dataclass(frozen=True, slots=True)
class Module:
    """A file of a submission, as text: what of it is run, statement by statement.

    Attributes:
        name: its path inside what was handed in; a file that a notebook's cell writes lies beside the notebook.
        units: its source, a notebook's a unit for each cell; what is not run is left out, lines stay where they were.
        imports: what it imports, ``common.functions`` or ``.functions``, and where that is: the path of another file,
            that of a folder, with a slash at its end, or the name of a module of the course.
        absent: what it imports that was not handed in, unless it is prepared for that.
        unknown: names that it uses and does not define, and from which of those they may be.
        left_out: names to which it gives a value by what is not run.
        judged: names of the course, as they are called here, that it defines: no import replaces these.
    """

    name: str
    units: tuple[Unit, ...] = ()
    imports: Mapping[str, str] = field(default_factory=dict)
    absent: tuple[str, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of its source."""
        return "\n".join(unit.source for unit in self.units)


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in a submission.

    Attributes:
        wanted: the course's modules, and of each its names, ``TwoLayerNet.gradient``: is it asked for, or given?
        spellings: other names under which they are known, by name.
        elsewhere: a pattern of paths that belong to something else, and count only where nothing else does.
        takes: parameters of which a function has to have one, by its name; another function may be called the same.
    """

    wanted: Mapping[str, Mapping[str, bool]]
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: str = ""
    takes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where a name of the course is defined: in which file, and under which name.

    ``methods`` are those of a class that have other names there: the course's, and the learner's.
    """

    file: str
    name: str
    methods: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Submission:
    """What one learner handed in, as text. It runs nowhere but in a box.

    Attributes:
        student: who handed it in.
        root: the folder that all paths in it begin at.
        modules: the files that are run, by path.
        answers: what the learner defines of the course, by module and name, ``losses.mean_squared_error``.
        digest: SHA-256 of everything that is run, in hexadecimal.
        lost: why Python cannot read what seems to be defined, by the same names.
        homes: the file that is called after each module of the course.
        known: the names that each file defines.
        spelled: names that files have for something of the course, and what they mean.
        notices: what a reader should know of how it was read.
    """

    student: str
    root: Path
    modules: Mapping[str, Module]
    answers: Mapping[str, Answer]
    digest: str
    lost: Mapping[str, Finding] = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spelled: Mapping[str, str] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
