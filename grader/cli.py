"""The command ``grade``: arguments, one call, print, exit code. No logic.

Exit codes: 0 a report was made, 1 it is below ``--min``, 2 the command cannot work as it was called,
3 a fault of ours, or of the machine, kept a check from being judged, 130 stopped by Ctrl-C or another signal,
141 whoever read the report has left. Without a report it is never 0 or 1.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from grader.delivery import ProgressLine, deliver, deliver_summary, prepare
from grader.errors import CourseError, SubmissionError, UsageError, plain, sentence_of
from grader.signals import ending_at_once, interrupt_once

if TYPE_CHECKING:
    from grader.authoring.course import Course
    from grader.model import Report, Settings

DESCRIPTION = """\
Grade answers to the exercises of "Deep Learning from Scratch".

  grade                     check your answers in the folder you stand in, and see what to do next
  grade assignments/        the same for another folder
  grade my.ipynb            the same for a notebook
  grade solutions/          check the reference answers, with the hidden checks
  grade release DIR         write what students get: stubs, a notebook, and a README
"""

INTERRUPTED, READER_LEFT = 130, 141  # as the shell says of what SIGINT or SIGPIPE ended
MAX_SECONDS = 86_400.0  # a day
MAX_MIB = float(1 << 20)  # a tebibyte


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        if arguments[:1] == ["release"]:
            return release(arguments[1:])
        return run(grade_parser().parse_intermixed_args(arguments))
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - whoever read it has left
        return READER_LEFT
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        return complain(error)


def complain(error: Exception) -> int:
    """Say in one sentence what went wrong, and return the exit code."""
    remark(sentence_of(error))
    return 2 if isinstance(error, (UsageError, SubmissionError)) else 3


def remark(sentence: str) -> None:
    """Say something on standard error, where somebody reads it."""
    with contextlib.suppress(OSError):
        print(f"grade: {plain(sentence)}", file=sys.stderr, flush=True)


def command() -> NoReturn:
    """Run the command, and end at once: to take everything apart that was imported takes as long as ten checks."""
    open_what_is_closed()
    gc.disable()  # what this process makes is small, and lives as long as it does
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # threads would only wait
    interrupt_once()
    code = main()
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def open_what_is_closed() -> None:
    """Give each standard stream that is closed an end in nowhere: else the next file to be opened is taken for it.

    What is written to a standard output that was closed is not lost in silence: it is an error.
    """
    for fd, mode in ((0, os.O_RDONLY), (1, os.O_RDONLY), (2, os.O_WRONLY)):
        try:
            os.fstat(fd)
        except OSError:
            os.open(os.devnull, mode)
    for name, fd in (("stdout", 1), ("stderr", 2)):
        if getattr(sys, name) is None:
            setattr(sys, name, io.TextIOWrapper(io.FileIO(fd, "wb", closefd=False), "utf-8", "replace"))


def grade_parser() -> argparse.ArgumentParser:
    """Return what reads ``grade PATH...``."""
    parser = argparse.ArgumentParser(
        prog="grade", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    what = "a folder or zip with answers, a .py file or a notebook; without one, the folder you stand in"
    add("paths", nargs="*", type=Path, metavar="PATH", help=what)
    add("-k", dest="names", action="append", default=[], metavar="NAME", help="only this exercise (may be repeated)")
    add("-v", "--verbose", action="store_true", help="show the checks that passed as well")
    add("--json", metavar="FILE", help="write the report as JSON; - for standard output, and nothing else there")
    add("--no-color", action="store_true", help="no colour (the environment variable NO_COLOR does the same)")
    add("--seed", type=int, default=0, metavar="N", help="seed of everything random (default 0)")
    add(
        "--timeout",
        type=between(0.01, MAX_SECONDS),
        default=5.0,
        metavar="SECONDS",
        help="time limit for one check (default 5)",
    )
    add("--memory", type=between(64, MAX_MIB), default=1024.0, metavar="MIB", help="memory limit (default 1024)")
    add("--sandbox", default="auto", metavar="LEVEL", help="auto (default), bwrap, kernel or limits; see SECURITY.md")
    add("--full-training", action="store_true", help="train the book's 10,000 iterations, and ask for 0.96")
    add("--only-answered", action="store_true", help="list what is nowhere attempted, instead of scoring it")
    add("--min", type=between(0, 100), metavar="PERCENT", help="exit with 1 when the score is below this")
    add(
        "--prefer",
        default="",
        metavar="FILE",
        help="the file or folder in PATH that counts, where others answer the same",
    )
    add("--run-all", action="store_true", help="run everything, and not only what defines")
    add("--course", type=Path, metavar="DIR", help="grade another course: a folder with course.toml and checks/")
    add("--solutions", type=Path, metavar="DIR", help="where the reference answers and hidden checks are")
    return parser


def between(least: float, most: float) -> Callable[[str], float]:
    """Return what reads a number from ``least`` to ``most``."""

    def read(text: str) -> float:
        with contextlib.suppress(ValueError):
            if least <= float(text) <= most:
                return float(text)
        raise argparse.ArgumentTypeError(f"{text} is not a number from {least:g} to {most:,.0f}")

    return read


def run(options: argparse.Namespace) -> int:
    """Grade each path, print its report, and return the exit code."""
    from grader.model import Limits, Settings

    paths = options.paths or [Path()]
    course = course_of(options, standing_in())
    limits = Limits(timeout_s=options.timeout, memory_mb=int(options.memory))
    only = course.chosen(options.names)
    settings = Settings(only, options.seed, limits, options.full_training, options.only_answered)
    if options.json is not None and len(paths) > 1:
        raise UsageError("--json takes one PATH; call grade once for each")
    if len(paths) > 1:
        gc.enable()  # what one report leaves behind is small, what a hundred leave is not
    codes, entries = [], []
    for path in paths:
        code, report, trouble = run_one(path, course, settings, options, str(path) if len(paths) > 1 else "")
        codes.append(code)
        entries.append((str(path), report, trouble))
        if code == INTERRUPTED:
            break
    if len(paths) > 1:
        deliver_summary(entries, color=not options.no_color)
    return max(codes)


def standing_in() -> Path | None:
    """Return the folder one stands in; None where it has been removed."""
    with contextlib.suppress(OSError):
        return Path.cwd()
    return None


def course_of(options: argparse.Namespace, here: Path | None) -> Course:
    """Read the course that was asked for, or that of the release one stands in.

    Raises:
        UsageError: one was asked for by name, and cannot be read; or its checks may not run.
    """
    from grader.authoring.carried import course_for

    try:
        return course_for(options.course, options.solutions, here)
    except CourseError as error:
        if options.course or options.solutions:
            raise UsageError(str(error)) from error
        raise


def run_one(
    path: Path, course: Course, settings: Settings, options: argparse.Namespace, name: str
) -> tuple[int, Report | None, str]:
    """Grade one path and deliver its report, below its name; return the exit code, the report, or why there is none."""
    from grader.authoring.carried import unused
    from grader.grading import grade
    from grader.submission import read_submission

    if options.course is None and (note := unused(path, course)):
        remark(note)
    line = ProgressLine(f"Grading {path} ")
    try:
        submission = read_submission(
            path,
            course.sought,
            prefer=options.prefer,
            run_all=options.run_all,
            apart=course.apart(path),
        )
        report = grade(submission, course, settings, sandbox=options.sandbox, progress=line.advance, meanwhile=prepare)
    except SubmissionError as error:
        line.clear()
        return complain(error), None, sentence_of(error).removeprefix(f"{path}: ")
    finally:
        line.clear()
    with ending_at_once():
        more = {"color": not options.no_color, "verbose": options.verbose}
        deliver(report, submission.root, json=options.json, name=name, **more)
    return exit_code(report, options.min), report, ""


def exit_code(report: Report, least: float | None) -> int:
    """Return what the report means for whoever called the command."""
    if report.interrupted:
        return INTERRUPTED
    if not report.final:
        return 3
    return 1 if least is not None and report.score.percent < least else 0


def release(arguments: Sequence[str]) -> int:
    """Write what students get."""
    from grader.authoring.release import write_release

    parser = argparse.ArgumentParser(prog="grade release", description="Write stubs, a notebook and a README.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to write; what a person wrote there is kept")
    parser.add_argument("--course", type=Path, metavar="DIR", help="another course")
    parser.add_argument("--solutions", type=Path, metavar="DIR", help="where the reference answers are")
    parser.add_argument("--force", action="store_true", help="replace what is in the way, and keep a copy: NAME.bak")
    options = parser.parse_args(arguments)
    written, kept = write_release(course_of(options, None), options.folder, force=options.force)
    print(plain(f"{options.folder}: {len(written)} files written"))
    for path in kept:
        print(plain(f"{path}: what was there before"))
    return 0
