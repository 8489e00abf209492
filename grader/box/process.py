"""A server process: start it, reach it, kill it in time.

It starts before the grader has imported numpy, so that both import it side by side; then it waits for orders.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from grader.box.confine import Level, Policy, bwrap_command, installed_folders, interpreter_files
from grader.box.line import FORK, SPARES, Line
from grader.box.trees import remove_tree
from grader.errors import BoxError
from grader.model import Limits

if TYPE_CHECKING:
    from grader.box import wire

SERVER = Path(__file__).with_name("server.py")


class Process(Line):
    """A server that has been started, with a scratch folder of its own.

    Args:
        level: how strongly it is going to confine itself.
        limits: what it may use.
        readable: files that it may read, besides Python's own and numpy's.
        folder: where to make the scratch folder; the system's place for such where nothing is said.

    Attributes:
        level: as above.
        scratch: the folder it stands in; gone after ``kill``.

    Raises:
        BoxError: it cannot be started.
    """

    def __init__(self, level: Level, limits: Limits, readable: Sequence[Path] = (), folder: Path | None = None) -> None:
        super().__init__()
        self.scratch = Path(tempfile.mkdtemp(prefix="grade-", dir=folder))
        self.level = level
        self._limits, self._readable = limits, tuple(readable)
        theirs: socket.socket | None = None
        if FORK:
            self.socket, theirs = socket.socketpair()
        fds = (str(theirs.fileno()),) * 2 if theirs else ("0", "1")
        python = os.path.realpath(sys.executable)  # where it looks for its library does not depend on a link then
        command = [python, "-I", "-S", "-X", "utf8", str(SERVER), *fds, str(site_packages())]
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
            if self.socket is not None:
                self.socket.close()
            remove_tree(self.scratch)
            raise BoxError(f"the box could not be started: {error.strerror}") from error
        finally:
            if theirs:
                theirs.close()

    @cached_property
    def policy(self) -> Policy:
        """What the server has to be told; where it need not be known earlier, it starts meanwhile."""
        return policy_for(self.level, self.scratch, self._limits, self._readable)

    @cached_property
    def control(self) -> wire.Pipe:
        """What orders go through."""
        from grader.box import wire

        if self.socket is not None:
            return super().control
        return wire.Pipe(self._popen.stdout.fileno(), self._popen.stdin.fileno())  # type: ignore[union-attr]

    def status(self) -> int | None:
        """Return the exit code, or minus the signal; None while it still runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._popen.wait(0.5)
        return self._popen.returncode

    def kill(self) -> None:
        """End the process and all that it started, and remove the scratch folder."""
        self.rest()
        self.expire()
        self._popen.wait()
        for stream in (self._popen.stdin, self._popen.stdout):
            if stream is not None:
                stream.close()
        self.close()
        if self.level is Level.LIMITS:
            end_strays(self.scratch)
        remove_tree(self.scratch)

    def expire(self) -> None:
        """Kill everything in the box."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if FORK:
                os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.kill()


def environment(scratch: Path) -> dict[str, str]:
    """Return the box's environment: nothing of ours, one thread for linear algebra, and the scratch folder as home."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL", "VECLIB_MAXIMUM")}
    return (
        kept | one_thread | {"HOME": str(scratch), "TMPDIR": str(scratch), "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}
    )


def policy_for(level: Level, scratch: Path, limits: Limits, readable: Sequence[Path]) -> Policy:
    """Return what a box may do; at the level ``limits`` nothing is said of what it may read."""
    own = () if level is Level.LIMITS else python_files(tuple(path for path in readable if path.is_dir()))
    return Policy(
        scratch=str(scratch),
        readable=(*own, *map(str, readable)),
        memory_mb=limits.memory_mb,
        cpu_s=int(limits.timeout_s * 60) + 60,
        file_mb=limits.file_mb,
        processes=limits.processes + SPARES,
        open_files=128,
        hidden=installed_folders(),
    )


@cache
def python_files(libraries: tuple[Path, ...] = ()) -> tuple[str, ...]:
    """Return what Python and numpy read, and the shared libraries of others: of where numpy lies, nothing else."""
    own = [site_packages() / "numpy", site_packages() / "numpy.libs"]
    extensions = [*own[0].glob("*/*.so"), *own[1].glob("*.so*")]
    extensions += [path for folder in libraries for path in folder.rglob("*.so*")]
    return (*interpreter_files(map(str, extensions)), *map(str, own))


def site_packages() -> Path:
    """Return the folder that holds numpy."""
    spec = importlib.util.find_spec("numpy")
    if spec is None or not spec.submodule_search_locations:
        raise BoxError("numpy is not installed where the grader runs")
    return Path(spec.submodule_search_locations[0]).parent


def end_strays(folder: Path) -> None:
    """Kill what left the session of a box with its scratch in this folder, where the system shows it: on Linux.

    Inside the stronger levels it dies with the box.
    """
    mark = f"TMPDIR={folder}".encode()
    for _ in range(100):  # a bomb goes on while it is counted
        strays = [int(process.name) for process in processes() if has_in_environment(process, mark)]
        if not strays:
            return
        for pid in strays:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


def processes() -> list[Path]:
    """Return the folders of all processes, where the system shows them."""
    try:
        return [Path("/proc", name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - glob hides errors
    except OSError:
        return []


def has_in_environment(process: Path, mark: bytes) -> bool:
    """Return whether a process was started with a variable that begins like this; a dead one shows none."""
    try:
        return any(entry.startswith(mark) for entry in (process / "environ").read_bytes().split(b"\0"))
    except OSError:
        return False
