"""Grade what a running notebook has defined: ``%grade softmax``, or ``grader.check("softmax")``.

The kernel is the learner's own process, so nothing is graded in it. It hands the cells that ran, as text, to a
process of ours, which reads them like a saved notebook and sends back what to show.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import UsageError, sentence_of

if TYPE_CHECKING:
    from grader.authoring.course import Course
    from grader.model import Report

MAX_NAME = 80  # characters of an exercise's name
MAX_CODE = 1 << 20  # characters of cells; those that ran first are left out beyond that
MAX_WORDS = 100  # names of exercises
TICK_S = 0.3  # seconds between two steps of the line that moves
NOTHING_RAN = (
    "No cell that ran here defines anything yet. After a restart of the kernel, run the cells with your answers again, "
    "and then this one."
)
END_S = 10.0  # seconds to end in order when interrupted

Shell = Any  # IPython's, which need not be installed


def load_ipython_extension(shell: Shell) -> None:
    """Give a notebook the command ``%grade``."""
    shell.register_magic_function(lambda line: show(shell, words_of(line)), "line", "grade")


def check(*names: str, verbose: bool = False) -> None:
    """Grade the exercises of these names, or all of them, as the running notebook has them.

    Args:
        names: of exercises; none for all.
        verbose: show the checks that passed as well.

    Raises:
        UsageError: no notebook is running.
    """
    shell = None
    with suppress(ImportError):
        from IPython import get_ipython

        shell = get_ipython()
    if shell is None:
        raise UsageError("grader.check works in a notebook; elsewhere, run: grade PATH")
    show(shell, [*(["-v"] if verbose else []), *(str(name or "") for name in names)])


def words_of(line: str) -> list[str]:
    """Return the words behind ``%grade``: commas and quotation marks may be among them, and a comment at the end."""
    return re.sub("[\"',]", " ", line.partition("#")[0]).split()


def show(shell: Shell, words: Sequence[str]) -> None:
    """Grade, and show the report below the cell, in the place of a line that moves until then."""
    from IPython.display import display

    words = [word[:MAX_NAME] for word in words if word.strip()][:MAX_WORDS]
    request = {"words": words, "notebook": notebook_name(shell), "cells": cells_of(shell), "folder": str(Path.cwd())}
    if not hasattr(shell, "kernel"):  # in a terminal nothing that was shown can be replaced
        display(ask(request), raw=True)  # type: ignore[no-untyped-call]
        return
    lines = (f"Grading {' '.join(words)} {dots}".replace("  ", " ") for dots in cycle((".", "..", "...")))
    handle = display(in_words(next(lines)), raw=True, display_id=True)  # type: ignore[no-untyped-call]
    answer = in_words("Stopped.")
    try:
        answer = ask(request, lambda: handle.update(in_words(next(lines)), raw=True))
    finally:
        handle.update(answer, raw=True)


def in_words(text: str) -> dict[str, str]:
    """Return a sentence as what a notebook can show."""
    return {"text/plain": text}


def cells_of(shell: Shell) -> list[tuple[int, str]]:
    """Return the cells that ran, by the number that the notebook shows for each: the latest, if there are too many."""
    ran = list(enumerate(shell.history_manager.input_hist_raw))
    kept: list[tuple[int, str]] = []
    room = MAX_CODE
    for number, source in reversed(ran):
        room -= len(source)
        if room < 0 or source.lstrip().startswith("%reset"):
            break
        if source.strip():
            kept.append((number, source))
    return kept[::-1]


def notebook_name(shell: Shell) -> str:
    """Return the name of the notebook's file, where the front end tells it."""
    told = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or ""
    name = Path(str(told)).name
    return name if name.endswith(".ipynb") else "notebook.ipynb"


def ask(request: dict[str, Any], tick: Callable[[], None] = lambda: None) -> dict[str, str]:
    """Have another process grade.

    Args:
        request: what ``graded`` takes.
        tick: called again and again until there is an answer.

    Returns:
        What to show, by MIME type.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", "-m", "grader.live"],  # -P: nothing beside the notebook is imported
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=os.name == "posix",  # an interrupt reaches it once, by us
    )
    try:
        out, said = wait_for(process, json.dumps(request).encode(), tick)
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=END_S)
        process.kill()
        raise
    if process.returncode:
        return in_words(f"grade: it could not be graded, by a fault of ours:\n{said.decode(errors='replace')}")
    answer: dict[str, str] = json.loads(out)
    return answer


def wait_for(process: subprocess.Popen[bytes], request: bytes, tick: Callable[[], None]) -> tuple[bytes, bytes]:
    """Send a request, and return what comes back on both streams; call ``tick`` until then."""
    text: bytes | None = request
    while True:
        try:
            return process.communicate(text, timeout=TICK_S)
        except subprocess.TimeoutExpired:
            text = None  # it is on its way
            tick()


def main() -> None:
    """Read a request, grade, and write what to show."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would only wait
    request = json.load(sys.stdin)
    try:
        answer = graded(request)
    except Exception as error:
        answer = in_words(f"grade: {sentence_of(error)}")
    json.dump(answer, sys.stdout)


def graded(request: dict[str, Any]) -> dict[str, str]:
    """Grade the cells of a request; return the report by MIME type."""
    from grader.authoring.course import load_course
    from grader.grading import grade
    from grader.model import Settings
    from grader.report.html import to_html
    from grader.report.markdown import to_markdown
    from grader.report.terminal import to_text
    from grader.submission import read_cells

    course = load_course()
    verbose, names = options_of(request["words"])
    only = course.chosen(names_among(names, course))
    cells, folder = map(tuple, request["cells"]), Path(request["folder"])
    submission = read_cells(cells, request["notebook"], folder, course.sought)
    # Of cells that failed and were put right since, nobody wants to hear again.
    report = replace(grade(submission, course, Settings(only)), notices=())
    if is_empty(report) and not any(defines(source) for _, source in request["cells"]):
        return in_words(NOTHING_RAN)
    forms = {"text/html": to_html, "text/markdown": to_markdown, "text/plain": to_text}
    return {form: export(report, verbose=verbose) for form, export in forms.items()}


def options_of(words: Sequence[str]) -> tuple[bool, list[str]]:
    """Tell options from names: whether all checks are to be shown, and the names.

    Raises:
        UsageError: there is no such option.
    """
    options = {word for word in words if word.startswith("-")}
    if unknown := sorted(options - {"-v", "--verbose"}):
        raise UsageError(f"%grade {unknown[0]}: there is no such option; it takes names of exercises, and -v")
    return bool(options), [word for word in words if word not in options]


def names_among(words: Sequence[str], course: Course) -> list[str]:
    """Put words together that are one name, such as ``MNIST accuracy``: as many as there is an exercise for."""
    names: list[str] = []
    rest = list(words)
    while rest:
        sizes = (size for size in range(len(rest), 0, -1) if course.matching(" ".join(rest[:size])))
        size = next(sizes, 1)
        names.append(" ".join(rest[:size]))
        rest = rest[size:]
    return names


def is_empty(report: Report) -> bool:
    """Whether all that a report says is that nothing is there, not even a stub."""
    kinds = {outcome.finding.kind if outcome.finding else "" for outcome in report.outcomes}
    return kinds <= {"not_there", "no_module", "missing", "waits_for"}


def defines(cell: str) -> bool:
    """Whether a cell defines a function or a class, or tries to."""
    return re.search(r"^\s*(async\s+def|def|class)\b|\blambda\b|^%%writefile", cell, re.MULTILINE) is not None


if __name__ == "__main__":
    main()
