"""One submission on the bench: whatever a check needs while it runs, and what becomes of it.

This knows nothing of pytest: the plugin's hooks and fixtures hand on what they are told.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

from grader.authoring.course import Course
from grader.box.client import Box
from grader.box.conversation import Conversation
from grader.box.events import Needs, StudentRaised, TimedOut
from grader.judging.ledger import OWN_FAULTS, Judged, Ledger, broken
from grader.judging.sandbox import Sandbox, sandbox_of
from grader.judging.student import Reference, Student, why_missing
from grader.judging.verdicts import Said, Verdicts, ran_out
from grader.model import Check, Exercise, Finding, Settings, Submission, Verdict

LONG_CHECK = 12  # times the usual limit for slow checks: training a network
FULL_TRAINING = 20  # times that for as many iterations as the book has
MAX_SERIES = 100_000  # numbers in all series of a check that a report keeps
Again = Callable[[Student], BaseException | None]


class OutOfMemoryError(Exception):
    """This process has no memory left: another one has to judge the check."""


class Bench:
    """Judges the checks of one submission.

    Args:
        course: what is asked for.
        submission: what was handed in.
        box: what holds it.
        settings: how this run was asked for.
        check_data: raises an error where the data that checks hand over are damaged.

    Attributes:
        ledger: what became of the checks so far.
        verdicts: what judges them.
        reference: the reference answers, where they are here.
        box: what holds the submission.
        settings: how this run was asked for.
        sandbox: what there is to say of the box.
        deliver: where it is told what became of a check.
        opens: where it is told that a check can talk to the box, and for how many seconds.
        fresh: whether this process has run no other check.
    """

    def __init__(
        self,
        course: Course,
        submission: Submission,
        box: Box,
        settings: Settings,
        check_data: Callable[[], None] = lambda: None,
    ) -> None:
        self.ledger = Ledger(course)
        self.verdicts = Verdicts(course, submission)
        self.reference = Reference(course)
        self.box = box
        self.settings = settings
        self.sandbox = self.sandbox_now()
        self.deliver: Callable[[Check, Judged], None] = lambda check, judged: None
        self.opens: Callable[[float], None] = lambda seconds: None
        self.fresh = True
        self._check_data = check_data
        self._course = course
        self._submission = submission
        self._hidden = course.hidden_digest()
        self._holes: dict[str, StudentRaised] = {}  # by the exercise whose only function is still a stub
        self._talk = ExitStack()  # holds the conversation of the check that is running, as do the next three
        self._conversation: Conversation | None = None
        self._stood_in: tuple[str, ...] = ()
        self._series: dict[str, tuple[float, ...]] = {}

    @contextmanager
    def student(self, check: Check, *, slow: bool) -> Iterator[Student]:
        """Open a conversation with a fresh copy of the submission.

        Raises:
            Needs: another exercise has to be right first.
            TimedOut: it is not even tried, since other checks of the exercise found no end.
            StudentRaised: nor if an earlier check of the exercise found a stub, which does nothing but raise.
        """
        exercise = self._course.exercise(check.exercise)
        if guilty := self.ledger.waits(exercise):
            raise Needs(guilty.id)
        if self.ledger.found_no_end(exercise):
            raise TimedOut(self.settings.limits.timeout_s, again=True)
        stand_ins = self.ledger.stand_ins(exercise)
        if exercise.id in self._holes:
            self._stood_in = tuple(e.id for e in stand_ins)
            raise self._holes[exercise.id]
        with ExitStack() as self._talk:
            yield self._open(stand_ins, self._limit(slow))

    def _open(self, stand_ins: Sequence[Exercise], limit: float) -> Student:
        """Open a conversation, in which reference answers stand in for these exercises', in place of the last one."""
        self._talk.close()
        paths = [f"{e.module}.{name}" for e in stand_ins for name in e.names]
        talk = self.box.conversation(paths, self.reference.stands_in(stand_ins), limit)
        self._conversation = self._talk.enter_context(talk)
        self.opens(limit)
        self._stood_in = tuple(e.id for e in stand_ins)
        return Student(self._course, self._conversation, partial(why_missing, self.box, self._submission))

    def _limit(self, slow: bool) -> float:
        factor = LONG_CHECK * (FULL_TRAINING if self.settings.full_training else 1) if slow else 1
        return self.settings.limits.timeout_s * factor

    def seed(self, check: Check) -> int:
        """Return what a check's draws begin with: the same for the same inputs, and nothing that an answer can hold.

        It depends on the text of the answer itself, so that no answer can have been made for it, and on the hidden
        checks, which no learner has.
        """
        words = (self.settings.seed, check.id, self._submission.digest, self._hidden)
        return int.from_bytes(hashlib.sha256(repr(words).encode()).digest(), "big")

    def keep(self, name: str, values: Sequence[float]) -> None:
        """Keep a named series of numbers for the report."""
        room = MAX_SERIES - sum(map(len, self._series.values()))
        self._series[name] = tuple(float(value) for value in values[: max(room, 0)])

    def conclude(
        self,
        check: Check,
        node: str,
        error: BaseException | None,
        seconds: float,
        passes: Callable[[], bool],
        again: Again | None = None,
    ) -> None:
        """Judge a check that has ended.

        Args:
            check: what it is to us.
            node: and to pytest.
            error: what it raised.
            seconds: how long it took.
            passes: see ``Verdicts.judge``.
            again: runs it once more, with the same draws, and returns what it raises; None where it is not to be.
        """
        talk = self._conversation
        said = Said(tuple(talk.calls), talk.printed, talk.asked, talk.came, talk.misuse) if talk else Said()
        exercise = self._course.exercise(check.exercise)
        trouble = error
        try:
            verdict, finding = self.verdicts.judge(error, exercise, said, passes)
            if talk and talk.mapped and verdict is not Verdict.PASSED:
                self._check_data()  # else damaged data would be the learner's loss
        except Exception as ours:
            verdict, finding, trouble = Verdict.BROKEN, broken(ours), ours
        if trouble is not None and ran_out(trouble):
            if not self.fresh:
                raise OutOfMemoryError  # what takes the memory may be another check's
            verdict, finding = self.verdicts.judge(trouble, exercise, said, passes)
        if verdict in (Verdict.FAILED, Verdict.RAISED) and finding and finding.kind not in OWN_FAULTS and again:
            verdict, finding = (Verdict.PASSED, None) if self._passes_otherwise(exercise, again) else (verdict, finding)
        if isinstance(error, StudentRaised) and verdict is Verdict.TODO and len(exercise.names) == 1:
            self._holes |= {exercise.id: error} if self.verdicts.places.is_untouched(error) else {}
        forget_values(error)
        self.deliver(check, Judged(node, verdict, finding, seconds, self._stood_in, self._series))

    def _passes_otherwise(self, exercise: Exercise, again: Again) -> bool:
        """Whether a check that failed passes with the learner's own functions where reference answers stood in, or with
        reference answers for all that the exercise builds on.

        Functions may be right with each other only: with their arguments the other way round, say. Or the one that an
        answer uses is not the one that was judged.
        """
        stood_in, series = self._stood_in, self._series
        choices: list[list[Exercise]] = [[], self.ledger.replaceable(exercise)]
        others = [choice for choice in choices if tuple(e.id for e in choice) != stood_in]
        if any(self._passes_with(choice, again) for choice in others):
            return True
        self._stood_in, self._series = stood_in, series
        return False

    def _passes_with(self, stand_ins: Sequence[Exercise], again: Again) -> bool:
        """Whether a check passes with these exercises' reference answers in place of the learner's."""
        self._series = {}
        try:
            error = again(self._open(stand_ins, self._limit(slow=False)))
        except Exception as trouble:  # there is no other conversation to be had
            error = trouble
        if error is not None and ran_out(error) and not self.fresh:
            raise OutOfMemoryError
        forget_values(error)
        return error is None

    def overdue(self, check: Check, node: str) -> Judged:
        """Return what becomes of a check that did not end in time, though its box was killed."""
        place = self.verdicts.places.of(self._course.exercise(check.exercise))
        values = {"seconds": f"{self.settings.limits.timeout_s:g}"}
        return Judged(node, Verdict.TIMEOUT, Finding("timeout", values, place=place))

    def clear(self) -> None:
        """Forget the check that was running."""
        self._talk, self._conversation, self._stood_in, self._series = ExitStack(), None, (), {}

    def nothing_failed_before(self, check: Check) -> bool:
        """Whether a check is run just as it would have been before all others."""
        exercise, ledger = self._course.exercise(check.exercise), self.ledger
        return not (ledger.waits(exercise) or ledger.stand_ins(exercise) or ledger.found_no_end(exercise))

    def sandbox_now(self) -> Sandbox:
        """Return what there is to say of the box as it is now."""
        return sandbox_of(self.box, self.verdicts.places)


def forget_values(error: BaseException | None) -> None:
    """Let go of what the frames of an exception hold: answers may be large, and nobody collects them soon."""
    while error is not None:
        traceback.clear_frames(error.__traceback__)
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
