"""Where a report goes: to the screen, to a file of JSON, to standard output; and a line that moves until then."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from grader.errors import UsageError, plain

if TYPE_CHECKING:
    from grader.model import Outcome, Report

MAX_LINE = 79  # characters of the line that moves


def deliver(
    report: Report,
    root: Path,
    *,
    json: str | None = None,
    color: bool = True,
    verbose: bool = False,
    name: str = "",
) -> None:
    """Bring a report to its reader, in each form that was asked for.

    Args:
        report: what to say.
        root: the folder of the submission, as the reader would write it.
        json: a file for the report as JSON; "-" for standard output, and nothing else there.
        color: where a terminal has it.
        verbose: show the checks that passed as well.
        name: what stands over it, where there are several.

    Raises:
        UsageError: the file cannot be written; the screen shows the report all the same.
        BrokenPipeError: whoever read has left, and no file has the report.
    """
    trouble: UsageError | None = None
    try:
        if json is not None:
            write_json(report, json)
    except UsageError as error:
        trouble = error
    if json != "-":
        try:
            write_screen(report, root, color=color, verbose=verbose, name=name)
        except (OSError, UsageError):
            if json is None or trouble:
                raise
    if trouble:
        raise trouble


def prepare() -> None:
    """Import what shows a report: while checks run, there is time for it."""
    import grader.report.json
    import grader.report.terminal  # noqa: F401


def write_json(report: Report, target: str) -> None:
    """Write the JSON report to a file, all or nothing, or to standard output.

    Raises:
        UsageError: it cannot be written there, or somebody's file is there that is no report.
        BrokenPipeError: whoever read standard output has left.
    """
    from grader.report.json import to_json

    text = to_json(report)
    if target == "-":
        write_out(text, "utf-8")
        return
    path = Path(target)
    temporary: Path | None = None
    try:
        path = path.resolve()  # a link stays a link
        if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
            path.write_text(text, encoding="utf-8")
            return
        if path.exists() and not is_replaceable(path):
            raise UsageError(f"--json {target}: this file is no report, and is kept; name another file")
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except (OSError, ValueError) as error:
        with contextlib.suppress(OSError, ValueError):
            if temporary:
                temporary.unlink(missing_ok=True)
        why = error.strerror if isinstance(error, OSError) else error
        raise UsageError(f"--json {target}: {why}; name a file that can be written") from error


def is_replaceable(path: Path) -> bool:
    """Whether nothing of a person's is lost with a file: it is empty, or a report that ``--json`` wrote."""
    from grader.report.json import is_report

    return path.stat().st_size == 0 or is_report(path.read_bytes())


def write_screen(report: Report, root: Path, *, color: bool, verbose: bool, name: str) -> None:
    """Show the report on standard output.

    Raises:
        UsageError: it cannot be written there.
        BrokenPipeError: whoever read it has left.
    """
    from grader.report.summary import show_name
    from grader.report.terminal import make_console, show

    page = Page(sys.stdout)
    console = make_console(page, color=color)
    if name:
        show_name(name, console)
    show(report, console, root=root, verbose=verbose)
    if name:
        console.print()
    write_out(page.getvalue(), page.encoding)


def deliver_summary(found: Sequence[tuple[str, Report | None, str]], *, color: bool = True) -> None:
    """Show what became of several submissions, a line each.

    Args:
        found: the name of each, its report, and why there is none.
        color: where a terminal has it.

    Raises:
        UsageError: it cannot be written.
        BrokenPipeError: whoever read it has left.
    """
    from grader.report.summary import Entry, show_summary
    from grader.report.terminal import make_console

    page = Page(sys.stdout)
    show_summary([Entry(*one) for one in found], make_console(page, color=color))
    write_out(page.getvalue(), page.encoding)


class Page(io.StringIO):
    """Keeps what is printed for a stream, and looks like it; rich would end the process where nobody reads any more."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The stream's encoding."""
        return self._stream.encoding or "utf-8"

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self._stream.isatty()


def write_out(text: str, encoding: str) -> None:
    """Write all of a text to standard output, now.

    Raises:
        UsageError: it cannot be written there.
        BrokenPipeError: whoever read it has left.
    """
    data = memoryview(text.replace("\n", os.linesep).encode(encoding, "replace"))
    try:
        sys.stdout.flush()
        while data:
            data = data[sys.stdout.buffer.write(data) or 0 :]
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"standard output: {error.strerror}; send the report elsewhere, or use --json FILE") from error


class ProgressLine:
    """One line that moves while work goes on: on a terminal only."""

    def __init__(self, title: str) -> None:
        self._title = plain(title)
        self._done = 0
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._write(title)

    def advance(self, outcome: Outcome, total: int) -> None:
        """Say how far it is."""
        self._done += 1
        self._write(f"{self._title} {self._done}/{total}  {outcome.check.exercise}")

    def clear(self) -> None:
        """Leave nothing behind."""
        self._write("")

    def _write(self, text: str) -> None:
        if self._live:
            with contextlib.suppress(OSError, ValueError):  # nobody loses a report to a line that nobody sees
                sys.stderr.write(f"\r\x1b[K{text[:MAX_LINE]}")
                sys.stderr.flush()
