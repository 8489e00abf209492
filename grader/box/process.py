"""A server process: start it, reach it, kill it in time.

It starts before the grader has imported numpy, so that both import it side by side; then it waits for orders.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.box.confine import Level, Policy, bwrap_command
from grader.errors import BoxError
from grader.model import Limits

if TYPE_CHECKING:
    from grader.box import wire

SERVER = Path(__file__).with_name("server.py")
TICK_S = 0.05  # how late a deadline may be noticed; a timer for each check would cost more than most checks
FORK = hasattr(os, "fork")  # without it each check gets a process of its own


class Process:
    """A server that has been started, with a scratch folder of its own.

    Args:
        level: how strongly it is going to confine itself.
        limits: what it may use.
        readable: files that it may read, besides Python's own and numpy's.

    Attributes:
        level: as above.
        policy: what it has to be told.
        scratch: the folder it stands in; gone after ``kill``.
        expired: whether a deadline killed it.

    Raises:
        BoxError: it cannot be started.
    """

    def __init__(self, level: Level, limits: Limits, readable: Sequence[Path] = ()) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="grade-"))
        self.level = level
        self.policy = policy_for(self.scratch, limits, readable)
        self.expired = False
        self._left = math.inf  # seconds
        self._ended = threading.Event()
        self._watchdog: threading.Thread | None = None
        self._spare: Channel | None = None
        self._copies = 0
        self._socket: socket.socket | None = None
        theirs: socket.socket | None = None
        if FORK:
            self._socket, theirs = socket.socketpair()
        fds = (str(theirs.fileno()),) * 2 if theirs else ("0", "1")
        command = [sys.executable, "-I", "-S", "-X", "utf8", str(SERVER), *fds, str(site_packages())]
        if level is Level.BWRAP:
            command = bwrap_command(self.policy, command)
        try:
            self._popen = subprocess.Popen(  # noqa: S603 - our own server, by its full path
                command,
                stdin=subprocess.DEVNULL if FORK else subprocess.PIPE,
                stdout=subprocess.DEVNULL if FORK else subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.scratch,
                env=environment(self.scratch),
                pass_fds=(theirs.fileno(),) if theirs else (),
                start_new_session=FORK,
            )
        except OSError as error:
            raise BoxError(f"the box could not be started: {error}") from error
        finally:
            if theirs:
                theirs.close()

    @cached_property
    def control(self) -> wire.Pipe:
        """What orders go through."""
        from grader.box import wire

        if self._socket is not None:
            return wire.Pipe(self._socket.fileno(), self._socket.fileno())
        return wire.Pipe(self._popen.stdout.fileno(), self._popen.stdin.fileno())  # type: ignore[union-attr]

    def channel(self, request: dict[str, Any]) -> Channel:
        """Ask for a fresh copy of what is loaded, and return what leads to it.

        Raises:
            wire.Closed, wire.WireError, OSError: there is none to be had.
        """
        if self._socket is None:
            self.control.receive()  # it is ready
            self.control.send(request)
            return Channel(self.control, lambda: None)
        channel = self._spare or self._copy(self._socket)
        channel.pipe.receive()  # it is ready, or else Closed: what other checks left running is not this one's fault
        channel.pipe.send(request | {"processors": processors()})
        self._spare = self._copy(self._socket)  # it is made while this one is at work
        return channel

    def _copy(self, server: socket.socket) -> Channel:
        """Have the server fork a copy of itself that waits for its request."""
        from grader.box import wire

        ours, theirs = socket.socketpair()
        self._copies += 1
        self.control.send({"op": "check", "number": self._copies})
        with theirs:
            socket.send_fds(server, [b"x"], [theirs.fileno()])
        return Channel(wire.Pipe(ours.fileno(), ours.fileno()), ours.close, self._copies)

    def status(self) -> int | None:
        """Return the exit code, or minus the signal; None while it still runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(0.5)
        return self._popen.returncode

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Kill everything in the box unless the block ends in time."""
        before, self._left = self._left, seconds
        if self._watchdog is None:
            self._watchdog = threading.Thread(target=self._watch, daemon=True)
            self._watchdog.start()
        try:
            yield
        finally:
            self._left = before

    def _watch(self) -> None:
        last = time.monotonic()
        while not self._ended.wait(TICK_S):
            now = time.monotonic()
            self._left -= min(now - last, 4 * TICK_S)  # while the whole machine stood still, nobody was slow
            last = now
            if self._left <= 0:
                self.expired = True
                self._signal()
                return

    def kill(self) -> None:
        """End the process and all that it started, and remove the scratch folder."""
        self._ended.set()
        self._signal()
        self._popen.wait()
        for stream in (self._socket, self._popen.stdin, self._popen.stdout):
            if stream is not None:
                stream.close()
        if self._spare is not None:
            self._spare.close()
        if self.level is Level.LIMITS:
            end_strays(self.scratch)
        remove_tree(self.scratch)

    def _signal(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if FORK:
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.kill()


class Channel:
    """The frames of one check, how to hang up, and the number of the copy at the other end."""

    def __init__(self, pipe: wire.Pipe, close: Callable[[], None], number: int = 0) -> None:
        self.pipe = pipe
        self.close = close
        self.number = number


def processors() -> list[int]:
    """Return the processors that this thread may run on; none where the system does not say."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


@contextlib.contextmanager
def one_processor() -> Iterator[None]:
    """Stay on the processor that this thread runs on, and have the box's copies answer from there.

    They take turns anyway, and a turn costs 13 microseconds on one processor, but 67 across two (measured).
    """
    before = processors()
    try:
        here = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[36])
        os.sched_setaffinity(0, {here})
    except (OSError, ValueError, IndexError, AttributeError):
        here = -1  # not on Linux, or not allowed: it is only slower
    try:
        yield
    finally:
        if here >= 0:
            os.sched_setaffinity(0, before)


def environment(scratch: Path) -> dict[str, str]:
    """Return the box's environment: nothing of ours, one thread for linear algebra, and the scratch folder as home."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")}
    return (
        kept | one_thread | {"HOME": str(scratch), "TMPDIR": str(scratch), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    )


def policy_for(scratch: Path, limits: Limits, readable: Sequence[Path]) -> Policy:
    """Return what a box may do."""
    return Policy(
        scratch=str(scratch),
        readable=tuple(str(path) for path in (*python_files(), *readable)),
        memory_mb=limits.memory_mb,
        cpu_s=int(limits.timeout_s * 60) + 60,
        file_mb=limits.file_mb,
        processes=limits.processes,
        open_files=128,
    )


def python_files() -> list[Path]:
    """Return what Python and numpy read: the standard library less what is installed into it, and numpy."""
    library, site = Path(sysconfig.get_path("stdlib")), site_packages()
    numpy = [site / "numpy", site / "numpy.libs"]
    if not site.is_relative_to(library) and not Path(__file__).is_relative_to(library):
        return [library, *numpy]
    own = [path for path in library.iterdir() if path.name not in ("site-packages", "dist-packages")]
    return [*own, *numpy]


def site_packages() -> Path:
    """Return the folder that holds numpy."""
    spec = importlib.util.find_spec("numpy")
    if spec is None or not spec.submodule_search_locations:
        raise BoxError("numpy is not installed where the grader runs")
    return Path(spec.submodule_search_locations[0]).parent


def end_strays(scratch: Path) -> None:
    """Kill what left the box's session, where the system shows whose child it was: on Linux.

    Inside the stronger levels it dies with the box.
    """
    mark = f"TMPDIR={scratch}".encode()
    for _ in range(100):  # a bomb goes on while it is counted
        strays = [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if has_in_environment(folder, mark)]
        if not strays:
            return
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def has_in_environment(process: Path, mark: bytes) -> bool:
    """Return whether a process was started with this in its environment; a dead one shows none."""
    try:
        return mark in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def remove_tree(folder: Path) -> None:
    """Remove the scratch folder, also where the learner's code took permissions away."""

    def retry(function: Callable[..., Any], path: str, _: object) -> None:
        with contextlib.suppress(OSError):
            Path(path).parent.chmod(0o700)
            function(path)

    shutil.rmtree(folder, onerror=retry)
