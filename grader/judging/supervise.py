"""Watch the processes in which checks run: forks of the one in which pytest has collected them.

This process computes nothing with what a learner's code gave; it takes what became of each check. One runner takes
the checks in course order. Where there is a second processor, another has begun with the slow ones at once, taking for
granted that nothing that they build on fails; when the first comes to such a check it asks for the result if that was
granted rightly, and runs the check itself if not. So the report is the same, whatever comes first.

What a check may cost on our side is bounded here, and not by the care of its author: a runner has a limit on memory,
and one that goes on when its check's time is over is killed.
"""

from __future__ import annotations

import contextlib
import math
import os
import select
import signal
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from grader.box import wire
from grader.judging.ledger import Judged, broken
from grader.model import Verdict
from grader.signals import end_at_once, uninterrupted

GRACE_S = 1.0  # seconds that a check may go on when its time is over: by then the box has been killed
TICK_S = 0.1  # how late that may be noticed
MEMORY = 448 << 20  # bytes that a runner may take besides what it is forked with
# What an early check may have come to: all else may come of what it runs beside, and is found out again in its turn.
COUNTING = (Verdict.PASSED.value, Verdict.TIMEOUT.value)
Head = dict[str, Any]
Work = Callable[["Report", Sequence[str]], None]


class Report:
    """What a runner says to the process that watches it."""

    def __init__(self, pipe: wire.Pipe) -> None:
        self._pipe = pipe

    def begins(self, check: str) -> None:
        """A check begins."""
        self._pipe.send({"op": "begins", "check": check})

    def opens(self, seconds: float) -> None:
        """The check that began can talk to the box from now on, for so many seconds."""
        self._pipe.send({"op": "opens", "seconds": seconds})

    def judged(self, judged: Judged) -> None:
        """A check has ended."""
        try:
            self._pipe.send({"op": "judged", **judged.data()})
        except wire.WireError:  # longer than any report should be
            self._pipe.send({"op": "judged", **judged.shortened().data()})

    def wants(self, check: str) -> Judged | None:
        """Return what became of a slow check that another runner began with; None if it has to be run here."""
        self._pipe.send({"op": "wants", "check": check})
        head = self._pipe.receive_head(wire.MAX_HEAD)
        return Judged.of(head["judged"]) if head["judged"] else None

    def fails(self, error: Exception) -> None:
        """Something escaped that should not have; this process ends."""
        self._pipe.send({"op": "fails", "why": broken(error).values["why"]})

    def again(self) -> None:
        """This process has taken much memory: another one goes on with the check that began, or with the next."""
        self._pipe.send({"op": "again"})

    def ends(self, **last: Any) -> None:
        """All is done; the last words are handed on."""
        self._pipe.send({"op": "ends", "last": last})


class Runner:
    """A fork of this process that runs checks. It ends with its work, and never returns from here.

    Args:
        work: what it does.
        checks: with which checks, by pytest's node id.
    """

    def __init__(self, work: Work, checks: Sequence[str]) -> None:
        self._ended = False
        self._socket, theirs = socket.socketpair()
        with theirs, uninterrupted() as waiting:
            self._pid = os.fork()
            if self._pid == 0:
                self._run(theirs, work, checks, waiting)
        self.pipe = wire.Pipe(self._socket.fileno(), self._socket.fileno(), ahead=False)

    def _run(self, watcher: socket.socket, work: Work, checks: Sequence[str], waiting: set[int]) -> NoReturn:
        """Do the work, and end."""
        try:
            end_at_once()
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # who watches decides what an interrupt means
            signal.pthread_sigmask(signal.SIG_SETMASK, waiting)
            self._socket.close()
            show_nothing()
            limit_memory()
            report = Report(wire.Pipe(watcher.fileno(), watcher.fileno()))
            with contextlib.suppress(wire.Closed):
                try:
                    work(report, checks)
                except Exception as error:
                    report.fails(error)
        finally:
            os._exit(0)  # what waits in buffers is not this process's to write

    def fileno(self) -> int:
        """Return what ``select`` waits for."""
        return self._socket.fileno()

    def has_ended(self) -> bool:
        """Whether it runs no more; what it started may still hold its end of the line."""
        with contextlib.suppress(ChildProcessError):  # whoever started us does not care for children
            self._ended = self._ended or os.waitpid(self._pid, os.WNOHANG)[0] != 0
        return self._ended

    def kill(self) -> None:
        """End it, if it has not ended."""
        if not self.has_ended():
            with contextlib.suppress(ProcessLookupError, ChildProcessError):
                os.kill(self._pid, signal.SIGKILL)
                os.waitpid(self._pid, 0)
            self._ended = True
        self._socket.close()


def show_nothing() -> None:
    """Send what this process prints to nowhere, by whatever way it is printed."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)


def limit_memory() -> None:
    """Hold this process to what it has, and some more; where the system does not, it is only watched less well."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        held = memory_taken()
        highest = resource.getrlimit(resource.RLIMIT_AS)[1]  # stays: a box that is started from here has its own limit
        if held:
            resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, highest))


def memory_taken() -> int:
    """Return how many bytes of addresses this process has; 0 where the system does not say."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    return 0


class Clock:
    """The time that a check has left."""

    def __init__(self) -> None:
        self._left = math.inf
        self._last = time.monotonic()

    def set(self, seconds: float) -> None:
        """Begin anew."""
        self._left, self._last = seconds, time.monotonic()

    def is_over(self) -> bool:
        """Whether no time is left; what the whole machine stood still does not count."""
        now = time.monotonic()
        self._left -= min(now - self._last, 4 * TICK_S)
        self._last = now
        return self._left <= 0


class Supervisor:
    """Runs checks in runners, and enters what became of them in the order given.

    Args:
        work: what the runner of all checks does.
        early_work: what the runner of the slow ones does.
        enter: takes what became of a check.
        meanwhile: called once, when nothing else is to be done.
        again: called where a runner died, before another one goes on with what is left.
        overdue: says what becomes of a check whose runner had to be killed, since it did not end in time.
        patience_s: seconds in which a runner has to say something while no check talks to the box.

    Attributes:
        last: the last words of the runner of all checks.
    """

    def __init__(
        self,
        work: Work,
        early_work: Work,
        enter: Callable[[Judged], None],
        meanwhile: Callable[[], None],
        again: Callable[[], None],
        overdue: Callable[[str], Judged],
        patience_s: float,
    ) -> None:
        self.last: Head | None = None
        self._work = work
        self._early_work = early_work
        self._enter = enter
        self._again = again
        self._overdue = overdue
        self._patience_s = patience_s
        self._clock, self._early_clock = Clock(), Clock()
        self._meanwhile: Callable[[], None] | None = meanwhile
        self._early: Runner | None = None
        self._results: dict[str, Head] = {}  # of slow checks that count
        self._heard: set[str] = set()  # slow checks that have ended
        self._wanted = ""
        self._running = ""
        self._talking = False  # whether the check that is running can talk to the box
        self._why = ""  # what the runner of all checks says of its own end
        self._renew = False  # whether it asks for another in its place
        self._left: list[str] = []

    def run(self, checks: Sequence[str], early: Sequence[str]) -> None:
        """Run all checks; begin with the early ones at once."""
        self._left = list(checks)
        if early:
            with contextlib.suppress(OSError):  # no process is to be had: then it is done without
                self._early = Runner(self._early_work, early)
                self._early_clock.set(self._patience_s)
        try:
            while self._left:
                self._run_the_rest()
        finally:
            self._end_early()

    def _run_the_rest(self) -> None:
        self._wanted = ""
        self._wait_for("")
        self._why, self._renew = "", False
        try:
            runner = Runner(self._work, self._left)
        except OSError as error:
            self._take(Judged(self._left[0], Verdict.BROKEN, broken(error)))
            return
        try:
            if self._early is None:
                self._do_meanwhile()
            while self._hear(runner):
                pass
        finally:
            runner.kill()
        if self._left and self.last is None:
            if not self._renew:
                self._take(self._lost())
            self._again()
        else:
            self._left = []

    def _lost(self) -> Judged:
        """Return what became of the check whose runner ended before it."""
        if self._talking and self._clock.is_over():
            return self._overdue(self._running)
        why = broken(self._why or "the process that ran the check ended")
        return Judged(self._running or self._left[0], Verdict.BROKEN, why)

    def _hear(self, runner: Runner) -> bool:
        """Take what is said next; return whether there is more to come from the runner of all checks."""
        if self._early_clock.is_over():
            self._end_early()
        if self._clock.is_over():
            return False
        ready = select.select([r for r in (runner, self._early) if r], [], [], TICK_S)[0]
        if not ready and runner.has_ended():
            return False
        for one in ready:
            try:
                head = one.pipe.receive_head(wire.MAX_HEAD)
            except (wire.Closed, wire.WireError):
                head = {"op": "ends", "last": None}
            if one is not runner:
                self._hear_early(head)
            elif head["op"] in ("ends", "fails", "again"):
                self.last, self._why, self._renew = head.get("last"), head.get("why", ""), head["op"] == "again"
                return False
            else:
                self._hear_main(head)
        if self._wanted and (self._wanted in self._heard or self._early is None):
            with contextlib.suppress(wire.Closed):  # it is noticed next
                runner.pipe.send({"judged": self._results.get(self._wanted)})
            self._wanted = ""
            self._wait_for("")
        return True

    def _hear_main(self, head: Head) -> None:
        match head["op"]:
            case "begins":
                self._wait_for(head["check"])
            case "opens":
                self._talking = True
                self._clock.set(head["seconds"] + GRACE_S)
            case "judged":
                self._take(Judged.of(head))
            case "wants":
                self._wanted = head["check"]
                self._clock.set(math.inf)  # there is a clock for the one that it waits for
                self._do_meanwhile()

    def _hear_early(self, head: Head) -> None:
        if head["op"] == "judged":
            self._heard.add(head["check"])
            if head["verdict"] in COUNTING:
                self._results[head["check"]] = head
            self._early_clock.set(self._patience_s)
        elif head["op"] == "opens":
            self._early_clock.set(head["seconds"] + GRACE_S)
        elif head["op"] in ("ends", "fails"):
            self._end_early()

    def _take(self, judged: Judged) -> None:
        if judged.check in self._left:  # a check that forks would tell of itself twice
            self._wait_for("")
            self._left.remove(judged.check)
            self._enter(judged)

    def _wait_for(self, check: str) -> None:
        """Have the runner begin with a check, or with the next one where none is named."""
        self._running, self._talking = check, False
        self._clock.set(self._patience_s)

    def _end_early(self) -> None:
        if self._early is not None:
            self._early.kill()
            self._early = None

    def _do_meanwhile(self) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            meanwhile()
