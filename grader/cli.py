"""The command ``grade``: arguments, one call, print, exit code. No logic.

Exit codes: 0 a report was made, 1 it is below ``--min``, 2 the command cannot work as it was called,
3 a fault of ours kept a check from being judged, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from grader.errors import CourseError, GraderError, SubmissionError, UsageError

if TYPE_CHECKING:
    from grader.authoring.course import Course
    from grader.model import Outcome, Report, Settings

DESCRIPTION = """\
Grade answers to the exercises of "Deep Learning from Scratch".

  grade assignments/        check your answers, and see what to do next
  grade my.ipynb            the same for a notebook
  grade solutions/          check the reference answers, with the hidden checks
  grade release DIR         write what students get: stubs, a notebook, and a README
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["release"]:
            return release(arguments[1:])
        return run(grade_parser().parse_args(arguments))
    except (UsageError, SubmissionError) as error:
        print(f"grade: {error}", file=sys.stderr)
        return 2
    except GraderError as error:
        print(f"grade: {error}", file=sys.stderr)
        return 3
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - whoever read has left
        return 0
    except KeyboardInterrupt:
        return 130


def command() -> NoReturn:
    """Run the command, and end at once: to take everything apart that was imported takes as long as ten checks."""
    open_what_is_closed()
    gc.disable()  # what this process makes is small, and lives as long as it does
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would only wait
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be told to end is an interrupt
    code = main()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def open_what_is_closed() -> None:
    """Give each standard stream that is closed an end in nowhere: else the next file to be opened is taken for it."""
    for fd in (0, 1, 2):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - until the end


def grade_parser() -> argparse.ArgumentParser:
    """Return what reads ``grade PATH...``."""
    parser = argparse.ArgumentParser(
        prog="grade", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("paths", nargs="+", type=Path, metavar="PATH", help="a folder or zip with answers, a .py file or a notebook")
    add("-k", dest="names", action="append", default=[], metavar="NAME", help="only this exercise (may be repeated)")
    add("-v", "--verbose", action="store_true", help="show the checks that passed as well")
    add("--json", metavar="FILE", help="write the report as JSON; - for standard output, and nothing else there")
    add("--no-color", action="store_true", help="no colour (the environment variable NO_COLOR does the same)")
    add("--seed", type=int, default=0, metavar="N", help="seed of everything random (default 0)")
    add("--timeout", type=positive, default=5.0, metavar="SECONDS", help="time limit for one check (default 5)")
    add("--memory", type=positive, default=1024.0, metavar="MIB", help="memory limit (default 1024)")
    add("--sandbox", default="auto", metavar="LEVEL", help="auto (default), bwrap, kernel or limits; see SECURITY.md")
    add("--full-training", action="store_true", help="train the book's 10,000 iterations, and ask for 0.96")
    add("--min", type=float, metavar="PERCENT", help="exit with 1 when the score is below this")
    kinds = ("module", "notebook")
    add("--prefer", choices=kinds, help="which counts, where both answer the same exercise")
    add("--run-all", action="store_true", help="run all of a notebook, and not only what defines")
    add("--course", type=Path, metavar="DIR", help="grade another course: a folder with course.toml and checks/")
    add("--solutions", type=Path, metavar="DIR", help="where the reference answers and hidden checks are")
    return parser


def positive(text: str) -> float:
    """Read a number above 0."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number above 0")
    return value


def run(options: argparse.Namespace) -> int:
    """Grade each path, print its report, and return the exit code."""
    from grader.model import Limits, Settings

    course = course_of(options)
    limits = Limits(timeout_s=options.timeout, memory_mb=int(options.memory))
    settings = Settings(course.chosen(options.names), options.seed, limits, options.full_training)
    if options.json and len(options.paths) > 1:
        raise UsageError("--json takes one PATH; call grade once for each")
    if len(options.paths) > 1:
        gc.enable()  # what one report leaves behind is small, what a hundred leave is not
    return max(run_one(path, course, settings, options) for path in options.paths)


def course_of(options: argparse.Namespace) -> Course:
    """Read the course that was asked for.

    Raises:
        UsageError: one was asked for by name, and cannot be read.
    """
    from grader.authoring.course import BUILT_IN, load_course

    try:
        return load_course(options.course or BUILT_IN, options.solutions)
    except CourseError as error:
        if options.course or options.solutions:
            raise UsageError(str(error)) from error
        raise


def run_one(path: Path, course: Course, settings: Settings, options: argparse.Namespace) -> int:
    """Grade one path, print its report, and return the exit code."""
    from grader.grading import grade
    from grader.model import Prefer
    from grader.submission import read_submission

    prefer = Prefer(options.prefer) if options.prefer else None
    line = ProgressLine(f"Grading {path} ")
    try:
        submission = read_submission(path, course.wanted, prefer=prefer, run_all=options.run_all)
        report = grade(
            submission, course, settings, sandbox=options.sandbox, progress=line.advance, meanwhile=prepare_to_show
        )
    finally:
        line.clear()
    if options.json:
        write_json(report, options.json)
    if options.json != "-":
        from grader.report.terminal import make_console, show

        console = make_console(sys.stdout, color=not options.no_color)
        show(report, console, root=submission.root, verbose=options.verbose)
    return exit_code(report, options.min)


def prepare_to_show() -> None:
    """Import what shows a report: while checks run, there is time for it."""
    import grader.report.json
    import grader.report.terminal  # noqa: F401


def write_json(report: Report, target: str) -> None:
    """Write the JSON report to a file, all or nothing, or to standard output.

    Raises:
        UsageError: it cannot be written there.
    """
    from grader.report.json import to_json

    text = to_json(report)
    if target == "-":
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
        return
    path = Path(target)
    if path.exists() and not path.is_file():  # a device or a pipe is written to, never replaced
        path.write_text(text, encoding="utf-8")
        return
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise UsageError(f"--json {target}: {error.strerror}; name a file that can be written") from error


def exit_code(report: Report, least: float | None) -> int:
    """Return what the report means for whoever called the command."""
    if report.interrupted:
        return 130
    if not report.final:
        return 3
    return 1 if least is not None and report.score.percent < least else 0


class ProgressLine:
    """One line that moves while work goes on: on a terminal only."""

    def __init__(self, title: str) -> None:
        self._title = title
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
            sys.stderr.write(f"\r\x1b[K{text[:79]}")
            sys.stderr.flush()


def release(arguments: Sequence[str]) -> int:
    """Write what students get."""
    from grader.authoring.release import write_release

    parser = argparse.ArgumentParser(prog="grade release", description="Write stubs, a notebook and a README.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; existing stubs are replaced")
    parser.add_argument("--course", type=Path, metavar="DIR", help="another course")
    parser.add_argument("--solutions", type=Path, metavar="DIR", help="where the reference answers are")
    options = parser.parse_args(arguments)
    written = write_release(course_of(options), options.folder)
    print(f"{options.folder}: {len(written)} files written")
    return 0
