"""Real processes that confine themselves, and say what they find out: as this account and an ordinary one, with and
without namespaces.

What a process in the box finds out, it writes to its standard output as JSON. No test sleeps: that a process is
dead shows in the end of a pipe that only it held open.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.box import confine
from grader.box.confine.namespaces import NAMESPACES

NOBODY = 65534
DENIED = """
def denied_before(*numbers):
    "What a container's own filter does: answer these system calls with EPERM."
    lines = [(0x20, 0, 0, 0)]
    for number in numbers:
        lines += [(0x15, 0, 1, number), (0x06, 0, 0, 0x50001)]
    code = b"".join(struct.pack("HBBI", *line) for line in [*lines, (0x06, 0, 0, 0x7FFF0000)])
    buffer = ctypes.create_string_buffer(code, len(code))
    assert libc.prctl(38, 1, 0, 0, 0) == 0
    assert libc.prctl(22, 2, struct.pack("HP", len(code) // 8, ctypes.addressof(buffer)), 0, 0) == 0
"""
PREAMBLE = """
import ctypes, errno, json, os, resource, signal, socket, struct, sys, threading, time
sys.path.insert(0, {box!r})
import confine
libc = ctypes.CDLL(None, use_errno=True)
PARENT = os.getppid()

{denied}
def attempt(action):
    try:
        result = action()
    except Exception as error:
        return type(error).__name__ + ":" + errno.errorcode.get(getattr(error, "errno", None), "")
    return "done: " + repr(result)[:80]

def call(name, *args):
    result = getattr(libc, name)(*args)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result

def say(value):
    os.write(1, json.dumps(value).encode() + b"\\n")

{before}
room, scratch = {room!r}, {scratch!r}
layers = confine.confine(confine.Level({level!r}), confine.Policy(scratch, **{policy!r}))
"""
LIMITS = {"memory_mb": 256, "cpu_s": 20, "file_mb": 1, "processes": 8, "open_files": 40}
UNSHARE = {"x86_64": 272, "aarch64": 97}


@dataclass(frozen=True)
class Setting:
    """An account that starts a box, and what it finds there."""

    name: str
    python: str
    user: int | None = None
    before: str = ""

    @property
    def namespaces(self) -> bool:
        return "denied_before" not in self.before

    def __str__(self) -> str:
        return self.name


def settings() -> list[Setting]:
    no_unshare = f"denied_before({UNSHARE.get(os.uname().machine)})" if hasattr(os, "uname") else ""
    found = [Setting("as-i-am", sys.executable), Setting("as-i-am-no-namespaces", sys.executable, None, no_unshare)]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and (python := python_for_anyone()):
        first_abi = f"{no_unshare}; confine.landlock.NEWEST = 1"
        found += [
            Setting("ordinary", python, NOBODY),
            Setting("ordinary-no-namespaces", python, NOBODY, no_unshare),
            Setting("ordinary-first-landlock", python, NOBODY, first_abi),
        ]
    return found


def python_for_anyone() -> str | None:
    """Return a Python that an ordinary account may start; root's own may lie in /root."""
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            probe = "import sys, ctypes; sys.exit(sys.version_info < (3, 11))"
            as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": [], "cwd": "/", "capture_output": True}
            if subprocess.run([python, "-I", "-S", "-c", probe], **as_nobody).returncode == 0:
                return python
    return None


SETTINGS = settings() if sys.platform.startswith("linux") else []


@functools.cache
def box_folder() -> Path:
    """Return a folder with the package and room for its bytecode, which every account can reach."""
    path = Path(tempfile.mkdtemp(prefix="confine-", dir="/tmp"))
    atexit.register(shutil.rmtree, path)
    package = path / "confine"
    shutil.copytree(Path(confine.__file__).parent, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "__pycache__").mkdir()
    for folder in (path, package, package / "__pycache__"):
        folder.chmod(0o777)
    return path


@functools.cache
def files_of(python: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what this Python has to read, and what is hidden in that."""
    code = f"import json, sys; sys.path.insert(0, {str(box_folder())!r}); import confine; "
    code += "print(json.dumps([confine.interpreter_files(), confine.installed_folders()]))"
    said = subprocess.run([python, "-I", "-S", "-c", code], capture_output=True, text=True, check=True).stdout
    own, hidden = json.loads(said)
    return tuple(own), tuple(hidden)


class Room:
    """A folder with a secret, a file that may be read, and scratch."""

    def __init__(self, path: Path, setting: Setting) -> None:
        self.path, self.setting = path, setting
        self.box, self.scratch = box_folder(), path / "scratch"
        for folder in (self.scratch, path / "outside"):
            folder.mkdir()
            folder.chmod(0o777)
        for name in ("secret.txt", "allowed.txt", "outside/file.txt"):
            (path / name).write_text(name)
            (path / name).chmod(0o666)
        path.chmod(0o755)

    def command(self, body: str, level: str = "kernel", readable: tuple[str, ...] = (), **limits: int) -> list[str]:
        own, hidden = files_of(self.setting.python)
        policy = LIMITS | limits | {"readable": (*own, str(self.path / "allowed.txt"), *readable), "hidden": hidden}
        values = {"room": str(self.path), "scratch": str(self.scratch), "box": str(self.box), "denied": DENIED}
        values["before"] = self.setting.before
        return [
            *(self.setting.python, "-I", "-S", "-c"),
            PREAMBLE.format(**values, level=level, policy=policy) + textwrap.dedent(body),
        ]

    def options(self) -> dict[str, Any]:
        user = self.setting.user
        account = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        env = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PATH": os.environ["PATH"]}
        return {"cwd": "/", "env": env, "start_new_session": True, **account}

    def start(self, body: str, *fds: int, **limits: Any) -> subprocess.Popen[str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(self.command(body, **limits), pass_fds=fds, **pipes, **self.options())

    def run(self, body: str, *fds: int, **limits: Any) -> Any:
        """Return what the process in the box said, or how it ended."""
        process = self.start(body, *fds, **limits)
        try:
            out, err = process.communicate(timeout=20)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        return SimpleNamespace(said=json.loads(out) if out else err, code=process.returncode, err=err)

    def layers(self) -> list[str]:
        return list(self.run("say(layers)").said)


@functools.cache
def why_not(level: confine.Level) -> str | None:
    return confine.available(level)


@functools.cache
def kernel_permits_namespaces(setting: Setting) -> bool:
    flags = sum(value for name, value in NAMESPACES.items() if name != "user" or (setting.user or os.geteuid()))
    probe = f"import ctypes, sys; sys.exit(ctypes.CDLL(None).unshare({flags}))"
    account = {} if setting.user is None else {"user": setting.user, "group": setting.user, "extra_groups": []}
    return subprocess.run([setting.python, "-c", probe], cwd="/", **account).returncode == 0


@contextlib.contextmanager
def new_room(setting: Setting) -> Iterator[Room]:
    if reason := why_not(confine.Level.KERNEL):
        pytest.skip(reason)
    path = Path(tempfile.mkdtemp(prefix="room-", dir="/tmp"))  # pytest's own folder is closed to other accounts
    try:
        yield Room(path, setting)
    finally:
        shutil.rmtree(path)


def started_by_root(room: Room) -> bool:
    return room.setting.user is None and os.geteuid() == 0
