"""A line to a server: orders go out, and each check gets a copy of what is loaded there, within a deadline."""

from __future__ import annotations

import contextlib
import math
import os
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import BoxError

if TYPE_CHECKING:
    from grader.box import wire

TICK_S = 0.05  # how late a deadline may be noticed; a timer for each check would cost more than most checks
SPARES = 4  # copies that are made ahead: to make one takes as long as a small check
FORK = hasattr(os, "fork")  # without it each check gets a process of its own


class Channel:
    """The frames of one check, and the number of the copy at the other end."""

    def __init__(self, pipe: wire.Pipe, connection: socket.socket | None = None, number: int = 0) -> None:
        self.pipe = pipe
        self.number = number
        self._socket = connection

    def cut(self) -> None:
        """Let whoever waits at either end know that it is over; any thread may call this."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        self.cut()  # a process that was forked from this one may hold the socket as well
        if self._socket is not None:
            self._socket.close()


class Line:
    """What leads to a server.

    Attributes:
        socket: what orders go through; None where the system has no fork.
        expired: whether a deadline has passed.
        left: seconds until it does; time in which the whole machine stood still does not count.
    """

    def __init__(self, connection: socket.socket | None = None) -> None:
        self.socket = connection
        self.expired = False
        self.left = math.inf
        self._resting = threading.Event()
        self._watchdog: threading.Thread | None = None
        self._spares: deque[Channel] = deque()
        self._latest: Channel | None = None  # what leads to the copy that is at work, or about to be
        self._copies = 0

    @cached_property
    def control(self) -> wire.Pipe:
        """What orders go through, as frames."""
        from grader.box import wire

        if self.socket is None:
            raise wire.Closed
        return wire.Pipe(self.socket.fileno(), self.socket.fileno())

    def channel(self, request: dict[str, Any], more: int = 0) -> Channel:
        """Ask for a fresh copy of what is loaded, and return what leads to it.

        Args:
            request: what the copy is to begin with.
            more: how many copies are going to be asked for after this one.

        Raises:
            wire.Closed, wire.WireError, OSError: there is none to be had.
        """
        if self.socket is None:
            self.control.receive_head()  # it is ready
            self.control.send(request)
            return Channel(self.control)
        channel = self._latest = self._spares.popleft() if self._spares else self._copy(self.socket)
        channel.pipe.receive_head()  # it is ready, or else Closed: what others left running is not this one's fault
        channel.pipe.send(request | {"processors": processors()})
        self.prepare(max(1, min(more, SPARES)))  # also after the last: it shows that the server is still what it was
        return channel

    def prepare(self, count: int) -> None:
        """Have copies made, so that there are ``count`` that nobody has asked for yet.

        Raises:
            wire.Closed, OSError: the server does not listen any more.
        """
        while self.socket is not None and len(self._spares) < count:
            self._spares.append(self._copy(self.socket))

    def _copy(self, server: socket.socket) -> Channel:
        """Have the server fork a copy of itself that waits for its request."""
        from grader.box import wire

        self._copies += 1
        ours = self._hand_over(server, {"op": "check", "number": self._copies})
        return Channel(wire.Pipe(ours.fileno(), ours.fileno()), ours, self._copies)

    def stay_on(self, wanted: Sequence[int]) -> None:
        """Have the server make copies on these processors."""
        from grader.box import wire

        with contextlib.suppress(wire.Closed):  # it is noticed when the next copy is asked for
            self.control.send({"op": "stay", "processors": list(wanted)})

    def branch(self) -> Branch:
        """Have the server listen to a second line, for a process of ours that runs beside this one.

        Raises:
            wire.Closed, OSError: the server does not listen any more.
        """
        assert self.socket is not None  # noqa: S101 - only where there is fork
        return Branch(self._hand_over(self.socket, {"op": "line"}))

    def _hand_over(self, server: socket.socket, order: dict[str, Any]) -> socket.socket:
        """Send an order with one end of a new connection, and return the other."""
        ours, theirs = socket.socketpair()
        self.control.send(order)
        with theirs:
            socket.send_fds(server, [b"x"], [theirs.fileno()])
        return ours

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """End what hangs unless the block ends in time."""
        before, self.left = self.left, seconds
        if self._watchdog is None:
            watchdog = threading.Thread(target=self._watch, daemon=True)
            try:
                watchdog.start()
            except RuntimeError as error:
                raise BoxError("no thread could be started to watch over it") from error
            self._watchdog = watchdog
        try:
            yield
        finally:
            self.left = before

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._resting.wait(TICK_S):
            now = time.monotonic()
            self.left -= min(now - last, 4 * TICK_S)  # while the whole machine stood still, nobody was slow
            last = now
            if self.left <= 0:
                self.expired = True
                self.expire()
                return

    def rest(self) -> None:
        """Watch no longer, until there is another deadline: a process with one thread can be forked."""
        self._resting.set()
        if self._watchdog is not None:
            self._watchdog.join()
        self._resting, self._watchdog = threading.Event(), None

    def expire(self) -> None:
        """End what has not answered in time."""
        raise NotImplementedError

    def close(self) -> None:
        """Hang up."""
        for spare in self._spares:
            spare.close()
        if self.socket is not None:
            self.socket.close()


class Branch(Line):
    """A second line to a server: a check on it can be given up without harm to those on the other."""

    def expire(self) -> None:
        """End the copy that is at work, and wake up whoever waits for it or for the server."""
        from grader.box import wire

        if self._latest is not None:
            with contextlib.suppress(wire.Closed, OSError):
                self.control.send({"op": "end", "number": self._latest.number})
            self._latest.cut()
        if self.socket is not None:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)

    def kill(self) -> None:
        """Hang up; the server goes on for the others."""
        self.rest()
        self.expire()
        self.close()


def processors() -> list[int]:
    """Return the processors that this thread may run on; none where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def stay_on(wanted: Sequence[int]) -> None:
    """Stay on these processors, and have the box's copies answer from there.

    They take turns anyway, and a turn costs 13 microseconds on one processor, but 67 across two (measured).
    """
    with contextlib.suppress(OSError, AttributeError):  # not on Linux, or not allowed: it is only slower
        os.sched_setaffinity(0, wanted)


def this_processor() -> int | None:
    """Return the processor that this thread runs on; None where the system does not say."""
    try:
        return int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[36])
    except (OSError, ValueError, IndexError):
        return None
