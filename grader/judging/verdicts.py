"""The one table: from what was raised and what was said to a verdict and a finding.

It knows neither pytest nor the box: a new kind of exception gets its verdict in ``Verdicts.judge``, and nowhere else.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.authoring.course import Course
from grader.box.events import BadReply, Died, Misasked, Missing, Needs, NoBox, StudentRaised, TimedOut
from grader.box.evidence import Call, Came, Misuse
from grader.errors import GraderError
from grader.judging.compare import Mismatch, call_text, type_name
from grader.judging.ledger import broken
from grader.judging.places import Places
from grader.model import Exercise, Finding, Place, Submission, Verdict
from grader.submission.labels import readable

MAX_TEXT = 400  # characters of what an exception says of itself
OURS = (GraderError, NameError, ImportError, OSError)  # whatever a learner's code gave, it did not bring this about
CLOSE = 0.85  # of a name, of 1; simpleNet is not SimpleConvNet
MAX_OTHERS = 3  # names that a missing one may have been given
# What stands for a missing import says so; see ``Absent`` in ``box/inert.py``.
NOT_HERE = {"it was not handed in": "not_handed_in", "it is not run": "not_run", "answers may": "not_numpy"}
NEEDED = re.compile(rf"(?P<needed>[^\n]{{1,200}}) is not here: (?P<why>{'|'.join(NOT_HERE)}).*")
MAX_KNOWN, MAX_NAME = 200, 80  # names, and characters of each, among which a misspelt one is looked for


@dataclass(frozen=True, slots=True)
class Said:
    """What was said while a check ran.

    Attributes:
        calls: its last calls.
        printed: what the learner's code printed.
        asked: whether it was asked at all.
        came: what came back last.
        misuse: a function of ours that raised when the learner's code called it.
    """

    calls: Sequence[Call] = ()
    printed: str = ""
    asked: bool = False
    came: Came | None = None
    misuse: Misuse | None = None


class Verdicts:
    """Judges the checks of one submission."""

    def __init__(self, course: Course, submission: Submission) -> None:
        self.places = Places(course, submission)
        self._course = course
        self._submission = submission

    def judge(
        self, error: BaseException | None, exercise: Exercise, said: Said, passes: Callable[[], bool]
    ) -> tuple[Verdict, Finding | None]:
        """Return what became of a check.

        Args:
            error: what the check raised; None where it passed.
            exercise: that it belongs to.
            said: the evidence.
            passes: whether the check passes on the reference answers; asked where the check may be at fault itself.
        """
        match error:
            case None:
                return Verdict.PASSED, None
            case StudentRaised() if part := lacking(exercise, error):
                owner, _, method = part.rpartition(".")
                place = self.places.of_name(exercise.module, owner)
                return Verdict.TODO, Finding("no_method", {"name": owner, "method": method}, place=place)
            case StudentRaised() if "NotImplementedError" in error.kinds:
                return self._hole(exercise, error)
            case StudentRaised() if "MemoryError" in error.kinds:
                return Verdict.KILLED, self._raised("out_of_memory", error, said)
            case StudentRaised() if error.while_loading:
                kind = "syntax_error" if "SyntaxError" in error.kinds else "raised_loading"
                return Verdict.RAISED, self._raised(kind, error, said)
            case StudentRaised() if "ImportError" in error.kinds and (found := NEEDED.fullmatch(error.text)):
                finding = self._raised(NOT_HERE[found["why"]], error, said)
                values = {"name": exercise.title, **finding.values, "needed": found["needed"]}
                return Verdict.RAISED, replace(finding, values=values, said="")
            case StudentRaised():
                return Verdict.RAISED, self._raised("raised", error, said)
            case Missing():
                return self._missing(error)
            case Needs():
                return Verdict.BLOCKED, Finding("waits_for", {"exercise": self._title_of(error.name)})
            case TimedOut():
                kind = "timeout_loading" if error.while_loading else "timeout_again" if error.again else "timeout"
                return Verdict.TIMEOUT, self._finding(exercise, kind, {"seconds": f"{error.seconds:g}"}, said)
            case Died():
                kind = "died_loading" if error.while_loading else "died"
                return Verdict.KILLED, self._finding(exercise, kind, died_values(error), said)
            case NoBox():
                return Verdict.KILLED, Finding("no_box", {"level": error.level, "why": error.why})
            case BadReply():
                return Verdict.FAILED, self._finding(exercise, "bad_reply", {"what": error.what}, said)
            case Misasked():
                values = {"name": error.name or "the function handed in", **error.values}
                finding = self._finding(exercise, f"asked_{error.why}", {}, said)
                return Verdict.FAILED, replace(
                    finding, values=values, place=self.places.innermost(error) or finding.place
                )
            case Mismatch():
                finding = self._finding(exercise, error.kind, error.values, said, error.actual)
                return Verdict.FAILED, replace_evidence(finding, error)
            case AssertionError():
                text = (str(error).strip().splitlines() or ["a condition does not hold"])[0][:MAX_TEXT]
                return Verdict.FAILED, self._finding(exercise, "assertion", {"text": text}, said)
            case OSError() | MemoryError() if said.asked and ran_out(error):
                return Verdict.KILLED, Finding("out_of_memory", place=self.places.of(exercise))
            case RecursionError() if said.asked:
                return Verdict.FAILED, self._finding(exercise, "endless_calls", {}, said)
        return self._our_fault(error, exercise, said, passes)

    def _our_fault(
        self, error: BaseException, exercise: Exercise, said: Said, passes: Callable[[], bool]
    ) -> tuple[Verdict, Finding]:
        """A check failed in an unforeseen way: by a value it cannot use, or by a fault of its own.

        Once the learner's code was asked, whatever it gave can be the reason for anything. So it is the check's fault
        where it fails on the reference answers as well.
        """
        text = f"{type(error).__name__}: {error}"[:MAX_TEXT]
        if said.asked and isinstance(error, Exception) and not isinstance(error, OURS) and passes():
            if said.misuse is not None and said.misuse.error is error:
                return Verdict.FAILED, replace(self._misused(said.misuse, exercise, said), said=text)
            kind = "unusable" if said.came is None else "unusable_attribute" if said.came.read else "unusable_result"
            values = {"name": said.came.name, "got": type_name(said.came.value)} if said.came else {}
            return Verdict.FAILED, replace(self._finding(exercise, kind, values, said), said=text)
        return Verdict.BROKEN, broken(error)

    def _misused(self, misuse: Misuse, exercise: Exercise, said: Said) -> Finding:
        values = {"function": misuse.name or "the function handed in", "got": misuse.got}
        finding = self._finding(exercise, "misused", values, said)
        return replace(finding, place=self.places.innermost(misuse) or finding.place)

    def _hole(self, exercise: Exercise, error: StudentRaised) -> tuple[Verdict, Finding]:
        """A stub's NotImplementedError: this exercise is to do, or it waits for the one that is."""
        said = error.text.strip()
        inside = error.frames[-1][2] if error.frames else ""
        own = inside in [name.rpartition(".")[2] for name in exercise.names]  # a line with another's name was copied
        owner = exercise if own else next((e for e in self._course.exercises if said in e.names), exercise)
        if owner.id != exercise.id:
            return Verdict.BLOCKED, Finding("waits_for", {"exercise": owner.title})
        place = self.places.innermost(error)
        todo = self.places.todo(place) if place else ""
        return Verdict.TODO, Finding("todo", {"name": said or exercise.title, "todo": todo}, place=place)

    def _missing(self, error: Missing) -> tuple[Verdict, Finding]:
        """A name is not defined: what defines it cannot be read, it was renamed, or it is not written yet."""
        module, _, name = error.path.partition(".")
        if lost := self._submission.lost.get(error.path):
            return Verdict.RAISED, lost
        homes = {m: home for m, home in self._submission.homes.items() if home in self._submission.known}
        home = homes.get(module)
        for path in [home] if home else self._submission.known:
            known = self._submission.known.get(path, ())
            own = [other for other in known if other not in self._submission.spelled and not other.startswith("_")]
            close = closest(name, own)
            if close or home:
                others = [] if close else own[:MAX_OTHERS]
                place = self.places.definition(path, close or (own[0] if len(own) == 1 else ""))
                values = {"name": name, "close": close, "others": ", ".join(others)}
                return Verdict.FAILED, Finding("missing", values, place=place)
        if 2 * len(homes) >= len(self._course.given):  # who has most files of the course misses one
            return Verdict.TODO, Finding("no_module", {"file": f"{module}.py"})
        return Verdict.TODO, Finding("not_there", {"name": name})

    def _raised(self, kind: str, error: StudentRaised, said: Said) -> Finding:
        place = self.places.innermost(error)
        cell = {"cell": str(place.cell)} if place and place.cell else {}
        finding = self._finding(None, kind, {"type": error.type_name, **cell}, said)
        words = f"{error.type_name}: {error.text}" if error.text else error.type_name
        return Finding(
            kind, finding.values, "" if error.while_loading else finding.call, said=words, place=place,
            trace=tuple(self.places.at(*frame) for frame in error.frames[:-1]), printed=finding.printed,
        )  # fmt: skip

    def _finding(
        self, exercise: Exercise | None, kind: str, values: Mapping[str, str], said: Said, actual: object = None
    ) -> Finding:
        """Return a finding with the call it is about, the place of the answer, and what was printed."""
        call = ""
        if said.calls:
            about = next((c for c in reversed(said.calls) if actual is not None and c.result is actual), said.calls[-1])
            call = call_text(about.name, about.args, about.kwargs)
            values = {"name": about.name, **values}
        place: Place | None = self.places.of(exercise) if exercise else None
        return Finding(kind, dict(values), call, place=place, printed=readable(said.printed))

    def _title_of(self, path: str) -> str:
        module, _, name = path.partition(".")
        for exercise in self._course.exercises:
            if exercise.module == module and any(name in (own, own.partition(".")[0]) for own in exercise.names):
                return exercise.title
        return f"{module}.py"


def lacking(exercise: Exercise, error: StudentRaised) -> str:
    """Return the method that is asked for, and that the learner's class does not have."""
    said = "AttributeError" in error.kinds and not error.frames and not error.while_loading
    parts = (name for name in exercise.names if "." in name)
    return next((n for n in parts if said and error.text.endswith(f"no attribute {n.rpartition('.')[2]!r}")), "")


def ran_out(error: BaseException) -> bool:
    """Return whether this process had no memory left."""
    return isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM)


def replace_evidence(finding: Finding, error: Mismatch) -> Finding:
    """Return the finding with the evidence of a comparison."""
    return Finding(
        finding.kind, finding.values, finding.call, error.expected, error.yours, place=finding.place,
        printed=finding.printed,
    )  # fmt: skip


def closest(name: str, known: Sequence[str]) -> str:
    """Return the defined name that the missing one was probably meant to be, or nothing."""
    import difflib

    short = [other for other in known[:MAX_KNOWN] if len(other) <= MAX_NAME]
    return next(iter(difflib.get_close_matches(name, short, 1, CLOSE)), "")


def died_values(error: Died) -> dict[str, str]:
    """Return how a process ended, as text."""
    if error.signal is not None:
        return {"signal": str(error.signal)}
    return {"exit": str(error.exit)} if error.exit is not None else {}
