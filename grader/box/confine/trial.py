"""Try whether a level can be had here, and tell what never can from what could not be had just now.

A lack of processes or memory passes, and whoever causes it may be a neighbour: nothing weaker may follow from it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path

from .bwrap import bwrap_command
from .policy import LASTING, ConfineError, Level, Policy, installed_folders, interpreter_files

NEVER = 3  # the exit code of a trial that says so; bubblewrap hands it on
# What bubblewrap, or the loader that starts it, says of what will not change; all else may be a lack that passes.
LASTING_WORDS = (*map(os.strerror, LASTING), "likely because the kernel does not", "Unknown option", "unexpected cap")
TIME_S = 20.0  # seconds


def available(level: Level) -> str | None:
    """Say in one sentence why a level cannot be had here, after trying it in a process of its own; None if it can."""
    found = refusal(level)
    return None if found is None else str(found)


def refusal(level: Level) -> ConfineError | None:
    """Return why a level cannot be had, and whether that lasts, after trying it in a process of its own."""
    if level is Level.LIMITS:
        return None
    if not sys.platform.startswith("linux"):
        return ConfineError(f"the level {level} needs Linux", lasting=True)
    import json
    import shutil
    import subprocess
    import tempfile

    if level is Level.BWRAP and shutil.which("bwrap") is None:
        text = "bubblewrap is not installed; on Debian and Ubuntu: apt-get install bubblewrap"
        return ConfineError(text, lasting=True)
    try:
        with tempfile.TemporaryDirectory(prefix="grade-") as scratch:
            policy = trial_policy(scratch)
            program = str(Path(__file__).resolve().with_name("__main__.py"))
            command = [os.path.realpath(sys.executable), "-I", "-S", program, level, json.dumps(asdict(policy))]
            if level is Level.BWRAP:
                command = bwrap_command(policy, command)
            trial = subprocess.run(command, capture_output=True, text=True, timeout=TIME_S)  # noqa: S603 - all is ours
    except (OSError, subprocess.TimeoutExpired) as error:
        return ConfineError(f"the level {level} could not be tried: {error}")
    if trial.returncode == 0:
        return None
    said = (trial.stderr.strip() or f"the trial of {level} ended with {trial.returncode}").splitlines()[-1]
    by_bwrap = level is Level.BWRAP and said.startswith("bwrap: ")
    return ConfineError(said, trial.returncode == NEVER or (by_bwrap and lasts(said)))


def lasts(said: str) -> bool:
    """Return whether it is of a kind that does not pass what bubblewrap says."""
    if "(ENOSPC)" in said:  # the bound on namespaces: others may use them up, but nobody a bound of none
        return allowed_namespaces() == 0
    return any(words in said for words in LASTING_WORDS)


def allowed_namespaces() -> int | None:
    """Return how many user namespaces an account may have; None where the kernel does not say."""
    try:
        return int(Path("/proc/sys/user/max_user_namespaces").read_text())
    except (OSError, ValueError):
        return None


def trial_policy(scratch: str) -> Policy:
    """Return what a level is tried with: enough for Python to start and end."""
    limits = {"memory_mb": 256, "cpu_s": 10, "file_mb": 1, "processes": 8, "open_files": 64}
    return Policy(scratch, interpreter_files(), **limits, hidden=installed_folders())
