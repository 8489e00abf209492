"""Grade what a running notebook has defined: ``%grade softmax``, or ``grader.check("softmax")``.

The kernel is the learner's own process, so nothing is graded in it. It hands the cells that ran, as text, to a
process of ours, which reads them like a saved notebook and sends back what to show.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.errors import UsageError, sentence_of

MAX_NAME = 80  # characters of an exercise's name
MAX_CODE = 1 << 20  # characters of cells; those that ran first are left out beyond that
END_S = 10.0  # seconds to end in order when interrupted

Shell = Any  # IPython's, which need not be installed


def load_ipython_extension(shell: Shell) -> None:
    """Give a notebook the command ``%grade``."""
    shell.register_magic_function(lambda line: show(shell, line), "line", "grade")


def check(name: str = "") -> None:
    """Grade the exercise of this name, or all of them, as the running notebook has them.

    Raises:
        UsageError: no notebook is running.
    """
    shell = None
    with suppress(ImportError):
        from IPython import get_ipython

        shell = get_ipython()
    if shell is None:
        raise UsageError("grader.check works in a notebook; elsewhere, run: grade PATH")
    show(shell, name)


def show(shell: Shell, name: str) -> None:
    """Grade, and show the report below the cell."""
    from IPython.display import display

    name = str(name or "").partition("#")[0].strip().strip("\"'")[:MAX_NAME]
    request = {"name": name, "notebook": notebook_name(shell), "cells": cells_of(shell), "folder": str(Path.cwd())}
    answer = ask(request)
    if "error" in answer:
        print(f"grade: {answer['error']}", file=sys.stderr)
    else:
        display(answer, raw=True)  # type: ignore[no-untyped-call]


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


def ask(request: dict[str, Any]) -> dict[str, str]:
    """Have another process grade; return what to show by MIME type, or an error."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-X", "utf8", "-m", "grader.live"],  # -P: nothing beside the notebook is imported
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=os.name == "posix",  # an interrupt reaches it once, by us
    )
    try:
        out, said = process.communicate(json.dumps(request).encode())
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=END_S)
        process.kill()
        raise
    if process.returncode:
        return {"error": f"it could not be graded, by a fault of ours:\n{said.decode(errors='replace')}"}
    answer: dict[str, str] = json.loads(out)
    return answer


def main() -> None:
    """Read a request, grade, and write what to show."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would only wait
    request = json.load(sys.stdin)
    try:
        answer = graded(request)
    except Exception as error:
        answer = {"error": sentence_of(error)}
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
    only = course.chosen([request["name"]] if request["name"] else [])
    cells, folder = map(tuple, request["cells"]), Path(request["folder"])
    submission = read_cells(cells, request["notebook"], folder, course.wanted, course.spellings)
    # Of cells that failed and were put right since, nobody wants to hear again.
    report = replace(grade(submission, course, Settings(only)), notices=())
    return {"text/html": to_html(report), "text/markdown": to_markdown(report), "text/plain": to_text(report)}


if __name__ == "__main__":
    main()
