"""What several tests need: the two courses, a submission from text, and notebooks."""

import __future__

import ast
import json
import os
import signal
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command has it: last digits depend on it

import hypothesis
import pytest

from grader.authoring.course import Course, load_course
from grader.grading import grade
from grader.model import Answer, ExerciseResult, Limits, Module, Outcome, Report, Settings, Submission, Unit
from grader.submission import read_submission
from grader.submission.cells import CodeCell
from grader.submission.script import Chosen, Script

ROOT = Path(__file__).parent.parent
TINY = Path(__file__).parent / "tiny_course"
hypothesis.settings.register_profile("long", max_examples=5000)  # pytest --hypothesis-profile=long
SOFTMAX = "def softmax(x):\n    return x"


@pytest.fixture(scope="session")
def tiny() -> Course:
    return load_course(TINY)


@pytest.fixture(scope="session")
def course() -> Course:
    return load_course()


@pytest.fixture
def public_only(tiny) -> Course:
    """The tiny course as learners have it: without solutions."""
    return Course(tiny.title, tiny.folder, tiny.exercises, tiny.given, None)


Grade = Callable[..., Report]


@pytest.fixture
def grade_files(tmp_path, tiny) -> Grade:
    """Grade files, given as name -> text, by the tiny course."""

    def run(
        files: Mapping[str, str | bytes], course: Course = tiny, sandbox: str = "auto", **settings: object
    ) -> Report:
        folder = tmp_path / "handed-in"
        folder.mkdir(exist_ok=True)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        settings.setdefault("limits", Limits(timeout_s=3))
        return grade(read_submission(folder, course.sought), course, Settings(**settings), sandbox=sandbox)

    return run


@pytest.fixture
def grade_text(grade_files) -> Grade:
    """Grade one text as arithmetic.py."""
    return lambda text, **settings: grade_files({"arithmetic.py": text}, **settings)


def notebook_text(*cells: str, **top: object) -> str:
    """Return a notebook of code cells, as Colab saves it: without ids."""
    found = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells]
    return json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": {}, "cells": found} | top)


def notebook(*sources: str) -> Script:
    """Return a notebook of code cells, as it has been read."""
    return Script("ch04.ipynb", "ch04.ipynb", tuple(CodeCell(i, source) for i, source in enumerate(sources, 1)))


def submission_of(text: str, names: Mapping[str, Sequence[str]], file: str = "m.py") -> Submission:
    """Return a submission of one file that is said to answer these names."""
    answers = {f"{module}.{name}": Answer(file, name) for module, some in names.items() for name in some}
    module = Module(file, (Unit(f"<submission>/{file}", text),))
    return Submission("somebody", Path(), {file: module}, answers, digest="")


def run_cells(chosen: Chosen) -> tuple[dict[str, object], list[str]]:
    """Run a notebook as the box does: statement after statement; one that fails costs only itself."""
    space = types.ModuleType("learner")
    sys.modules["learner"] = space  # dataclasses look their module up
    problems: list[str] = []
    flags = __future__.annotations.compiler_flag  # a class that could not be defined costs no function that names it
    for cell in chosen.cells:
        file = f"ch04.ipynb#{cell.number}"
        for statement in compile(cell.source, file, "exec", flags | ast.PyCF_ONLY_AST, dont_inherit=True).body:
            try:
                code = compile(ast.Module([statement], []), file, "exec", flags, dont_inherit=True)
                exec(code, space.__dict__)
            except Exception as error:
                problems.append(f"{file}:{statement.lineno}: {type(error).__name__}")
    return space.__dict__, problems


def result_of(report: Report, exercise: str) -> ExerciseResult:
    return next(r for r in report.exercises if r.exercise.id.endswith(exercise))


def first(report: Report, exercise: str = "double") -> Outcome:
    """Return the first check of an exercise."""
    return result_of(report, exercise).outcomes[0]


def run_grade(*arguments: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def json_report(*arguments: str | Path, **keywords: object) -> dict:
    """Run ``grade --json -`` and return what it printed."""
    done = run_grade(*arguments, "--json", "-", **keywords)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def processes_of(folder: Path) -> list[str]:
    """Return the processes that were started with scratch folders in this one, and still run."""
    mark, found = f"TMPDIR={folder}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            started_here = any(part.startswith(mark) for part in (process / "environ").read_bytes().split(b"\0"))
            state = (process / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if started_here and state not in "ZX":
            found.append(process.name)
    return found


def settle(folder: Path) -> list[str]:
    """Return what still runs once the kernel had its moment to end what was killed."""
    waiter = threading.Event()
    for _ in range(100):
        if not (left := processes_of(folder)):
            return []
        waiter.wait(0.02)
    for pid in left:  # the next test shall not suffer
        os.kill(int(pid), signal.SIGKILL)
    return left
