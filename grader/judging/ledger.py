"""What became of the checks so far, and what follows from it for the others.

One mistake costs one exercise: what builds on a failed exercise is checked with the reference answer in its place,
or waits until it is right.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from grader.authoring.course import Course
from grader.model import Check, Exercise, Finding, Outcome, Place, Verdict

ENOUGH_TIMEOUTS = 2  # after so many in one exercise, nobody waits for more
MAX_WHY = 400  # characters
# No other exercise has to do with these.
OWN_FAULTS = ("missing", "raised_loading", "syntax_error", "timeout_loading", "died_loading", "no_box")
ENDED = (Verdict.TIMEOUT, Verdict.KILLED)  # no answer came


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a check by itself, before it is known what other exercises mean for it.

    Attributes:
        check: pytest's node id.
        verdict, finding, seconds: as in an ``Outcome``.
        stood_in: exercises whose reference answers were used.
        series: named series of numbers that the check keeps for the report.
    """

    check: str
    verdict: Verdict
    finding: Finding | None = None
    seconds: float = 0.0
    stood_in: tuple[str, ...] = ()
    series: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return fields_of(self) | {"finding": self.finding and finding_data(self.finding)}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Judged:
        """Return what ``data`` gave, after JSON."""
        series = {name: tuple(values) for name, values in data["series"].items()}
        finding = finding_of(data["finding"]) if data["finding"] else None
        return cls(data["check"], Verdict(data["verdict"]), finding, data["seconds"], tuple(data["stood_in"]), series)

    def shortened(self) -> Judged:
        """Return it without what may be long."""
        return replace(self, series={}, finding=self.finding and Finding(self.finding.kind, place=self.finding.place))


def broken(why: BaseException | str) -> Finding:
    """Return the finding of a check that a fault of ours kept from being judged."""
    text = why if isinstance(why, str) else f"{type(why).__name__}: {why}" if str(why) else type(why).__name__
    return Finding("broken", {"why": text[:MAX_WHY]})


def fields_of(value: Any) -> dict[str, Any]:
    """Return a frozen value's fields by name, without copying what is in them."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return a finding as what JSON can hold."""
    places = {"place": finding.place and fields_of(finding.place), "trace": [fields_of(step) for step in finding.trace]}
    return fields_of(finding) | places


def finding_of(data: Mapping[str, Any]) -> Finding:
    """Return a finding that was turned into data."""
    lists = {name: tuple(data[name]) for name in ("expected", "yours")}
    place, trace = Place(**data["place"]) if data["place"] else None, tuple(Place(**step) for step in data["trace"])
    return Finding(**{**data, **lists, "place": place, "trace": trace})


def is_nothing(outcome: Outcome) -> bool:
    """Whether a check says no more of its own exercise than that nothing is there."""
    finding = outcome.finding
    missing = finding is not None and finding.kind == "missing" and not finding.values.get("close")
    return missing or outcome.verdict in (Verdict.TODO, Verdict.BLOCKED)


class Ledger:
    """The outcomes of one run, by exercise, in the order in which the checks are judged.

    Attributes:
        outcomes: by the exercise's id.
        series: named series of numbers that checks keep for the report, by exercise.
        asides: ids of the checks that no other exercise needs: whether they pass is a matter of their own exercise.
    """

    def __init__(self, course: Course) -> None:
        self.outcomes: dict[str, list[Outcome]] = {exercise.id: [] for exercise in course.exercises}
        self.series: dict[str, dict[str, tuple[float, ...]]] = {exercise.id: {} for exercise in course.exercises}
        self.asides: set[str] = set()
        self._course = course
        self._timeouts = dict.fromkeys(self.outcomes, 0)  # by exercise: whatever they mean

    def enter(self, check: Check, judged: Judged) -> Outcome:
        """Add what became of a check; it counts only where the exercises that it waits for are right."""
        exercise = self._course.exercise(check.exercise)
        self.series[exercise.id].update(judged.series)
        verdict, finding = judged.verdict, judged.finding
        own = finding is not None and finding.kind in OWN_FAULTS
        guilty = self.waits(exercise) if verdict is not Verdict.BROKEN else None
        if verdict in (Verdict.FAILED, Verdict.RAISED, *ENDED) and not own:
            guilty = guilty or self.first_failing(exercise, judged.stood_in, ENDED if verdict in ENDED else ())
        if guilty is not None:
            verdict, finding = Verdict.BLOCKED, Finding("waits_for", {"exercise": guilty.title})
        self._timeouts[exercise.id] += judged.verdict is Verdict.TIMEOUT
        outcome = Outcome(check, verdict, finding, judged.seconds, judged.stood_in)
        self.outcomes[exercise.id].append(outcome)
        return outcome

    def all(self) -> Iterator[Outcome]:
        """Yield all outcomes."""
        return (outcome for outcomes in self.outcomes.values() for outcome in outcomes)

    def failing(self, exercise: Exercise) -> bool:
        """Whether a check of the exercise that others build on did not pass."""
        return any(outcome.verdict is not Verdict.PASSED for outcome in self._needed(exercise.id))

    def _needed(self, exercise: str) -> Iterator[Outcome]:
        return (outcome for outcome in self.outcomes[exercise] if outcome.check.id not in self.asides)

    def attempted(self) -> set[str]:
        """Return the ids of the exercises of which something was handed in: a check of it came to something.

        To be still to do, not defined, or to wait for what is not attempted, is nothing; no check at all tells nothing.
        """
        found = {i for i, outcomes in self.outcomes.items() if not outcomes or not all(map(is_nothing, outcomes))}
        while more := {i for i in self.outcomes.keys() - found if self._waits_for_any(i, found)}:
            found |= more
        return found

    def _waits_for_any(self, exercise_id: str, others: Collection[str]) -> bool:
        """Whether a check of an exercise waits for one of some others."""
        titles = {self._course.exercise(other).title for other in others}
        blocked = (o for o in self.outcomes[exercise_id] if o.verdict is Verdict.BLOCKED and o.finding)
        return any(o.finding.values.get("exercise") in titles for o in blocked if o.finding)

    def waits(self, exercise: Exercise) -> Exercise | None:
        """Return an exercise that has to be right before this one counts, and is not by a fault that is not ours."""
        unjudged = (Verdict.PASSED, Verdict.BROKEN)
        needed = (self._course.exercise(needed) for needed in exercise.waits_for)
        return next((e for e in needed if any(o.verdict not in unjudged for o in self._needed(e.id))), None)

    def found_no_end(self, exercise: Exercise) -> bool:
        """Whether so many checks of the exercise took too long that no other is tried."""
        return self._timeouts[exercise.id] >= ENOUGH_TIMEOUTS

    def stand_ins(self, exercise: Exercise) -> list[Exercise]:
        """Return the failed exercises whose reference answers are used for this one."""
        return [needed for needed in self.replaceable(exercise) if self.failing(needed)]

    def replaceable(self, exercise: Exercise) -> list[Exercise]:
        """Return the exercises that this one builds on and whose reference answers may be used for it."""
        if self._course.solutions is None:
            return []
        needed = {needed.id for needed in self._course.needed_by(exercise)} - {exercise.id, *exercise.waits_for}
        return [e for e in self._course.exercises if e.id in needed]

    def first_failing(
        self, exercise: Exercise, stood_in: Collection[str], verdicts: Collection[Verdict] = ()
    ) -> Exercise | None:
        """Return the exercise to put right first: one that failed, and that nothing stood in for.

        A wrong value makes what builds on it wrong; but no end comes of no end alone, and a death of a death. So where
        the other exercise only gives wrong values, an endless loop is shown as this exercise's own.

        Args:
            exercise: what did not pass.
            stood_in: exercises whose reference answers were used.
            verdicts: one of them must be among the other exercise's; none for any that did not pass.
        """
        replaced = {*stood_in, *(other for outcome in self.outcomes[exercise.id] for other in outcome.stood_in)}
        needed = (e for e in self._course.needed_by(exercise) if e.id not in replaced and self.failing(e))
        guilty = (e for e in needed if not verdicts or any(o.verdict in verdicts for o in self.outcomes[e.id]))
        return min(guilty, key=self._course.exercises.index, default=None)
