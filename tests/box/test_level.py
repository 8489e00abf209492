"""The level is chosen once: where it cannot be had any more in the middle of a run, nothing runs at a weaker one.

The checks here are ours, and make it impossible by themselves, right after the learner's code has ended its box.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from confined import DENIED, NOBODY, UNSHARE, why_not
from conftest import TINY, run_grade

from grader.box.confine import Level

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")

# At a weaker level the second loading would leave its mark; at a wall none does.
ANSWERS = """
import os
try:
    open({mark!r}, "w").close()
except OSError:
    pass

def half(x): return x / 2
def quadruple(x): return 4 * x
def double(x):
    while True: pass
"""
CHECKS = '''
import ctypes, os, resource, struct
from pathlib import Path
import pytest
libc = ctypes.CDLL(None, use_errno=True)
{denied}

@pytest.mark.exercise("arithmetic.double", points=3)
def test_ends(student):
    """The box ends."""
    try:
        student.double(1)
    finally:
        {impossible}


@pytest.mark.exercise("arithmetic.quadruple", points=2)
def test_after(student):
    """Another box is needed."""
    assert student.quadruple(1) == 4
'''
NO_SECCOMP = {"x86_64": 317, "aarch64": 277}
BWRAP_FAILS = "path = Path(os.environ['PATH'], 'bwrap'); path.unlink(); path.symlink_to('/bin/false')"
IMPOSSIBLE = {
    "bwrap fails": (
        Level.BWRAP,
        BWRAP_FAILS,
    ),
    "bwrap without Landlock": (Level.BWRAP, "denied_before(444)"),
    "no Landlock": (Level.KERNEL, "denied_before(444)"),
    "no seccomp": (Level.KERNEL, f"denied_before({NO_SECCOMP.get(os.uname().machine)})"),
    "no namespaces": (Level.KERNEL, f"denied_before({UNSHARE.get(os.uname().machine)})"),
}


def make_course(folder: Path, impossible: str) -> Path:
    """Make the tiny course, with checks that make it impossible to confine a box."""
    shutil.copytree(TINY, folder, ignore=shutil.ignore_patterns("checks"))
    (folder / "checks").mkdir()
    (folder / "checks" / "test_level.py").write_text(CHECKS.format(denied=DENIED, impossible=impossible))
    return folder


def make_answers(folder: Path) -> tuple[Path, Path]:
    """Make a submission that hangs in its first check, and the place where it leaves its mark if it can."""
    folder.mkdir()
    place = folder / "public"
    place.mkdir()
    place.chmod(0o777)
    (folder / "arithmetic.py").write_text(ANSWERS.format(mark=str(place / "mark")))
    return folder, place / "mark"


def assert_not_run_but_counted(done: subprocess.CompletedProcess[str], level: Level, mark: Path) -> None:
    report = json.loads(done.stdout)
    (ends,), (after,) = (exercise["checks"] for exercise in report["exercises"])
    assert not mark.exists()
    assert (done.returncode, report["final"], report["sandbox"]) == (3, False, level)
    assert (ends["verdict"], after["verdict"]) == ("timeout", "killed")
    assert after["finding"]["kind"] == "no_box"
    assert (report["score"], report["possible"]) == (0, 5)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_where_the_level_is_lost_checks_are_lost_and_none_runs_weaker(name: str, tmp_path: Path):
    level, impossible = IMPOSSIBLE[name]
    if reason := why_not(level):
        pytest.skip(reason)
    answers, mark = make_answers(tmp_path / "answers")
    course = make_course(tmp_path / "course", impossible)
    programs = tmp_path / "programs"  # all that the path leads to
    programs.mkdir()
    if level is Level.BWRAP:
        (programs / "bwrap").symlink_to(str(shutil.which("bwrap")))

    done = run_grade(answers, "--course", course, "--timeout", 0.5, "--json", "-", PATH=str(programs))

    assert_not_run_but_counted(done, level, mark)


def test_people_read_that_the_report_is_not_final_and_why(tmp_path: Path):
    if reason := why_not(Level.KERNEL):
        pytest.skip(reason)
    answers, _ = make_answers(tmp_path / "answers")
    course = make_course(tmp_path / "course", IMPOSSIBLE["no Landlock"][1])

    done = run_grade(answers, "--course", course, "--timeout", 0.5, "--sandbox", "kernel", COLUMNS="300")

    said = " ".join(done.stdout.split())
    assert "not run: the sandbox (kernel) had been ended, and there was no other to be had: landlock:" in said
    assert "This report is not final: the answers ended their sandbox" in said
    assert "0 / 5 points" in said


def test_an_account_without_processes_left_gets_no_weaker_box(nobodys_python: tuple[str, Path]):
    python, site = nobodys_python
    if reason := why_not(Level.KERNEL):
        pytest.skip(reason)
    answers, mark = make_answers(site / "hangs")
    course = make_course(site / "no-processes", "resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))")

    done = subprocess.run(
        [python, "-m", "grader", answers, "--course", course, "--timeout", "0.5", "--json", "-"],
        user=NOBODY, group=NOBODY, extra_groups=[], cwd=site, capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(site), "HOME": str(site), "PATH": "/nowhere", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip

    assert_not_run_but_counted(done, Level.KERNEL, mark)


def test_a_box_that_ends_is_followed_by_another_at_the_same_level(tmp_path: Path):
    answers, mark = make_answers(tmp_path / "answers")
    course = make_course(tmp_path / "course", "pass")

    done = run_grade(answers, "--course", course, "--timeout", 0.5, "--json", "-")

    report = json.loads(done.stdout)
    assert (done.returncode, report["final"], report["score"]) == (0, True, 2)
    assert mark.exists() == (report["sandbox"] == Level.LIMITS)


def path_with_bubblewrap_that_says(folder: Path, text: str) -> str:
    """Return a path on which bubblewrap ends at once, with these words."""
    program = folder / "programs" / "bwrap"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\necho '{text}' >&2\nexit 1\n")
    program.chmod(0o755)
    return str(program.parent)


LASTS = {
    "not allowed": "bwrap: No permissions to create new namespace, likely because the kernel does not allow it.",
    "no device": "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted",
    "too old": "bwrap: Unknown option --size",
}
MAY_PASS = {
    "no processes": "bwrap: Creating new namespace failed: Resource temporarily unavailable",
    "no memory": "bwrap: mounting tmpfs: Cannot allocate memory",
    "nothing said": "",
    "not bubblewrap": "Operation not permitted",
}


@pytest.mark.parametrize("name", LASTS)
def test_auto_takes_the_strongest_level_that_works_and_says_which(name: str, tmp_path: Path):
    expected = next(level for level in (Level.KERNEL, Level.LIMITS) if why_not(level) is None)
    path = path_with_bubblewrap_that_says(tmp_path, LASTS[name])

    done = run_grade(TINY / "solutions", "--course", TINY, "--json", "-", PATH=path)

    report = json.loads(done.stdout)
    assert (report["sandbox"], report["score"]) == (expected, 5)


@pytest.mark.parametrize("name", MAY_PASS)
def test_auto_takes_no_weaker_level_for_what_may_pass(name: str, tmp_path: Path):
    path = path_with_bubblewrap_that_says(tmp_path, MAY_PASS[name])

    done = run_grade(TINY / "solutions", "--course", TINY, "--json", "-", PATH=path)

    assert (done.returncode, done.stdout) == (3, "")
    assert "sandbox bwrap: " in done.stderr
    assert "try again later" in done.stderr


@pytest.mark.parametrize("processes", range(1, 8))
def test_an_account_short_of_processes_gets_the_strongest_level_or_none(
    nobodys_python: tuple[str, Path], processes: int
):
    python, site = nobodys_python
    strongest = next(level for level in Level if why_not(level) is None)
    limited = f"import resource; resource.setrlimit(resource.RLIMIT_NPROC, ({processes},) * 2); "
    limited += "import sys; from grader.cli import main; sys.exit(main(sys.argv[1:]))"
    own = 0x7700_0000 + os.getpid()  # an account of which nothing else runs
    env = {"PYTHONPATH": str(site), "HOME": str(site), "PATH": os.environ["PATH"], "OPENBLAS_NUM_THREADS": "1"}

    done = subprocess.run(
        [python, "-c", limited, site / "course" / "solutions", "--course", site / "course", "--json", "-"],
        user=own, group=own, extra_groups=[], cwd=site, capture_output=True, text=True, check=False,
        env=env | {"PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip

    if done.stdout:
        assert json.loads(done.stdout)["sandbox"] == strongest
    else:
        assert (done.returncode, done.stderr.count("\n")) == (3, 1)


def test_a_level_that_is_asked_for_and_cannot_be_had_is_an_error(tmp_path: Path):
    path = path_with_bubblewrap_that_says(tmp_path, LASTS["not allowed"])

    done = run_grade(TINY / "solutions", "--course", TINY, "--sandbox", "bwrap", PATH=path)

    assert done.returncode == 3
    assert "sandbox bwrap: " in done.stderr
    assert "choose another with --sandbox" in done.stderr
