"""A submission in a box: start it, load it, open a conversation with a copy of it, start another when it dies.

A box that hangs or dies costs the check that was running; the next check gets another box.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.box import confine, wire
from grader.box.confine import ConfineError, Level
from grader.box.conversation import Conversation
from grader.box.events import Died, Event, NoBox, TimedOut
from grader.box.line import FORK, SPARES, Branch, Channel, Line
from grader.box.loading import Problem, read_part
from grader.box.omissions import WRONG_FORM, Omissions, read_names
from grader.box.process import Process
from grader.errors import BoxError, SubmissionError
from grader.model import Limits, Submission

MAX_WHY = 200  # characters of why there is no box
ENOUGH_UNCOPIED = 2  # boxes of which no copy could be made; after so many no more are tried
PAUSES_S = (0.05, 0.2, 0.5, 1.0)  # seconds before each further try for another box: what was killed has to be gone
START_S = 60.0  # seconds for Python and numpy to start, before anything of a learner's runs


class Box:
    """A confined process that holds one submission, and another one whenever that dies.

    Args:
        process: a server that waits for its orders.
        levels: how strongly to confine it; the next one is tried where one can never be had here, until one can.
        submission: what was handed in.
        names: what the course knows of each module, in course order.
        limits: what it may use.
        readable: files that the checks hand over by name.
        libraries: installed packages, besides numpy, that answers may import.
        given: functions of the course that stand in where the submission has none of its own, ``module.name``, as text.
        folder: where to make scratch folders.

    Attributes:
        level: what is in force, once there was a box that was confined; it does not change any more.
        layers: what that consists of here.
        problems: statements that failed while they were loaded.
        inert: display libraries that were imported, and stood in for.
        absent: what else was imported and is not there.
        more: how many conversations will follow the one that is opened; copies for them are made ahead.
        process: what leads to the box; None where it has ended.
        disturbed: whether a second line to a box broke off, which the check on it may have nothing to do with.
    """

    def __init__(
        self,
        process: Process,
        levels: Sequence[Level],
        submission: Submission,
        names: Mapping[str, Sequence[str]],
        *,
        limits: Limits | None = None,
        readable: Sequence[Path] = (),
        libraries: Sequence[str] = (),
        given: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.layers: tuple[str, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self.inert: tuple[str, ...] = ()
        self.absent: tuple[str, ...] = ()
        self.level = process.level
        self.disturbed = False
        self.more = 0
        self.process: Process | Branch | None = process
        self._folder = folder
        self._levels = list(levels)
        self._readable = tuple(readable)
        self._more = {"fork": FORK, "libraries": list(libraries), "given": dict(given or {})}
        self._omissions = Omissions(submission, names)
        self._used: Process | Branch | None = None  # the last one of which there was a copy
        self._uncopied = 0  # boxes that were new, and of which no copy could be made
        self._missing: frozenset[str] | None = None
        self._confined = False  # whether there was a box at this level: it is the run's then
        self._pauses = list(PAUSES_S)  # before further tries at this level
        self._order(process)

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    # -- life -------------------------------------------------------------------------------------------

    @property
    def missing(self) -> frozenset[str]:
        """The names of the course that are not there, ``module.name``; waits until everything is loaded."""
        self._loaded()
        return self._missing or frozenset()

    def _loaded(self) -> Process | Branch:
        """Return a process that has loaded the submission.

        Raises:
            BoxError: no level can be had.
            NoBox: there was a box, and there is no other.
        """
        if self.process is not None and self._missing is not None:
            return self.process
        while True:
            try:
                process = self.process if isinstance(self.process, Process) else self._order(self._start())
                self.process = process
            except (BoxError, OSError) as error:
                self._go_on(ConfineError(str(error)))
                continue
            if self._is_confined(process) and self._has_loaded(process):
                return process

    def _is_confined(self, process: Process) -> bool:
        """Wait until a process says that it is; where it is not, prepare for the next try."""
        try:
            with process.deadline(START_S):
                head = process.control.receive_head()
            if head["op"] == "confined":
                self.layers = tuple(str(layer) for layer in head["layers"])
                self._confined, self._pauses = True, list(PAUSES_S)
                return True
            reason = ConfineError(str(head.get("what")), head.get("lasting") is True)
        except BoxError as error:
            reason = ConfineError(str(error))
        except (wire.Closed, wire.WireError, *WRONG_FORM):
            reason = ConfineError("it did not start in time" if process.expired else "it ended at once")
        self._go_on(reason)
        return False

    def _has_loaded(self, process: Process) -> bool:
        """Wait until a process says that it has loaded the submission; where it ends first, leave out what ended it.

        Raises:
            BoxError: it ends with nothing of the submission in it.
        """
        part = None
        limit = START_S if self._omissions.all else self.limits.timeout_s
        try:
            with process.deadline(limit):
                while (head := process.control.receive_head())["op"] == "loading":
                    part = read_part(head["part"])
            missing = self._omissions.read_missing(head)
            self.problems = self._omissions.read_problems(head)
            self.inert, self.absent = read_names(head["inert"]), read_names(head["absent"])
            self._missing = missing
        except (wire.Closed, wire.WireError, *WRONG_FORM) as error:
            event = self._ended(process, limit)
            self.end()
            if self._omissions.all:
                raise BoxError("the box ends before anything is loaded into it") from error
            event.while_loading = True
            self._omissions.add(event, part)
            return False
        return True

    def _start(self) -> Process:
        return Process(self.level, self.limits, self._readable, self._folder)

    def _go_on(self, why: ConfineError) -> None:
        """Prepare for the next try: at the same level, or at a weaker one where this one is never to be had here.

        Raises:
            BoxError: there is none, or there may be one later.
            NoBox: there was one, and however often it is tried, there is no other.
        """
        slow = self.process is not None and self.process.expired
        self.end()
        if self._confined:
            if not self._pauses:
                raise NoBox(self.level.value, str(why)[:MAX_WHY])
        elif why.lasting or ((found := confine.refusal(self.level)) and (why := found).lasting):
            if self.level is self._levels[-1]:
                raise BoxError(f"sandbox {self.level}: {why}; fix that, or choose another with --sandbox")
            self.level = self._levels[self._levels.index(self.level) + 1]
            self._pauses = list(PAUSES_S)
            return
        elif slow or not self._pauses:
            # A lack that passes can be a neighbour's doing: nothing runs at a weaker level for it.
            raise BoxError(f"sandbox {self.level}: {why}; try again later, or choose another with --sandbox")
        time.sleep(self._pauses.pop(0))

    def _order(self, process: Process) -> Process:
        order = self._omissions.order() | self._more | {"layers": list(self.layers)}
        try:
            process.control.send(order | {"level": process.level.value, "policy": asdict(process.policy)})
        except wire.Closed:
            pass  # it is noticed when the answer does not come
        except wire.WireError as error:
            most = f"{wire.MAX_HEAD >> 20} MiB"
            raise SubmissionError(f"all files together hold over {most}; leave out what answers do not need") from error
        return process

    def prepare(self) -> None:
        """Wait until everything is loaded, and have the first copies made, while the caller goes on."""
        with contextlib.suppress(wire.Closed, OSError, NoBox):  # it is noticed when one is asked for
            self._loaded().prepare(SPARES)

    def rest(self) -> None:
        """Have no thread of ours running: this process is about to be forked."""
        if self.process is not None:
            self.process.rest()

    def stay_on(self, wanted: Sequence[int]) -> None:
        """Have copies made on these processors; anywhere where there are none."""
        if wanted and self.process is not None:
            self.process.stay_on(wanted)

    def branch(self) -> Branch | None:
        """Return a second line to the box, for a process that is forked from this one; None where it has ended."""
        try:
            return self._loaded().branch()
        except (wire.Closed, OSError, NoBox):
            return None

    def take(self, branch: Branch) -> None:
        """Use a second line from now on, and leave the first to others."""
        self.process = branch

    def end(self) -> None:
        """End the box; the next check starts another."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()

    def _broke_off(self, line: Line) -> None:
        """A line broke off that should not have."""
        self.disturbed = self.disturbed or isinstance(line, Branch)
        self.end()

    @staticmethod
    def _ended(process: Process | Branch, limit: float) -> TimedOut | Died:
        """Return how a process ended that has stopped answering."""
        if process.expired or isinstance(process, Branch):
            return TimedOut(limit)
        status = process.status()
        return Died(exit=status) if status is not None and status >= 0 else Died(signal=-status if status else None)

    # -- checks -----------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def conversation(
        self,
        stand_ins: Sequence[str] = (),
        reference: Callable[[str], Callable[..., Any] | None] = lambda name: None,
        timeout_s: float | None = None,
    ) -> Iterator[Conversation]:
        """Open a conversation with a fresh copy of the loaded submission, for one check.

        Args:
            stand_ins: functions, ``module.name``, to be replaced by reference answers.
            reference: looks up a reference answer; None where there is none to be had.
            timeout_s: seconds for the check, the usual limit where not given.
        """
        limit = timeout_s or self.limits.timeout_s
        with contextlib.ExitStack() as watch:
            process, channel = self._open({"stand_ins": list(stand_ins)}, limit, watch)
            try:
                yield Conversation(channel.pipe, lambda: self._why(process, channel, limit), reference)
            finally:
                channel.close()
                watch.close()
                if process.expired or not FORK:
                    self.end()

    def _open(
        self, request: dict[str, Any], limit: float, watch: contextlib.ExitStack
    ) -> tuple[Process | Branch, Channel]:
        """Have a copy made in the check's own time; the deadline for what is left of it goes on in ``watch``."""
        left = limit
        for _ in range(2):
            if self._uncopied >= ENOUGH_UNCOPIED:
                break
            process = self._loaded()
            try:
                watch.enter_context(process.deadline(left))
                channel = process.channel(request, self.more)
            except BoxError as error:
                self._broke_off(process)
                raise NoBox(self.level.value, str(error)) from error
            except (wire.Closed, wire.WireError, OSError):
                left = process.left
                watch.close()
                self._broke_off(process)
                if process.expired:
                    raise TimedOut(limit) from None
                self._uncopied += process is not self._used
            else:
                self._used = process
                return process, channel
        raise Died(while_loading=True)  # what is loaded keeps the box from being copied

    def _why(self, process: Process | Branch, channel: Channel, limit: float) -> Event:
        """Return why a check's process has stopped answering."""
        if process.expired or not FORK:
            return self._ended(process, limit)
        try:
            with process.deadline(1.0):
                process.control.send({"op": "status", "number": channel.number})
                head = process.control.receive_head()
        except (wire.Closed, wire.WireError):
            self._broke_off(process)
            return Died()
        code, number = head.get("exit"), head.get("signal")
        return Died(number if type(number) is int else None, code if type(code) is int else None)
