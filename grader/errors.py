"""Every error the grader raises on purpose.

    GraderError              something a person can put right; its text says what, where and what to do
    ├── UsageError           the command was called with something that cannot work
    ├── SubmissionError      what was handed in cannot be read
    ├── CourseError          the course's own files contradict each other
    ├── StubError            a solution's BEGIN/END SOLUTION markers do not pair up
    ├── DataError            the MNIST cache cannot be made or read
    └── BoxError             the confined process could not be started or confined

What goes wrong inside a learner's code is none of these: it is an ``Outcome``.
"""

from __future__ import annotations

import errno
import unicodedata
from pathlib import Path

MAX_SENTENCE = 2000  # characters; a path may be longer
REMEDIES = {
    errno.ENOSPC: "free some space there, or set TMPDIR to another folder",
    errno.EDQUOT: "free some space there, or set TMPDIR to another folder",
    errno.EMFILE: "too few files may be open; raise the limit (ulimit -n)",
    errno.EAGAIN: "too many processes are running; end some, and try again",
    errno.ENOMEM: "there is too little memory; end some programs, and try again",
}


class GraderError(Exception):
    """Something a person can put right; its text says what, where and what to do."""


class UsageError(GraderError):
    """The command was called with something that cannot work."""


class SubmissionError(GraderError):
    """What was handed in cannot be read."""


class CourseError(GraderError):
    """The course's own files contradict each other."""


class StubError(GraderError):
    """A solution's BEGIN/END SOLUTION markers do not pair up."""


class DataError(GraderError):
    """The MNIST cache cannot be made or read."""


class BoxError(GraderError):
    """The confined process could not be started or confined."""


def sentence_of(error: Exception) -> str:
    """Return what to say of an exception that keeps a report from being made: what, where, and what to do."""
    match error:
        case GraderError():
            text = str(error)
        case OSError():
            file = f"{error.filename}: " if error.filename else ""
            text = f"{file}{error.strerror or error}; {REMEDIES.get(error.errno or 0, 'no report could be made')}"
        case _:
            said = next(iter(str(error).strip().splitlines()), "")
            text = f"a fault of its own, please report it: {type(error).__name__}: {said} ({place_of(error)})"
    return plain(text[:MAX_SENTENCE])


def plain(text: str) -> str:
    """Return a text in one line, with a question mark for what would steer a terminal: names are strangers', too."""
    return "".join(c if is_plain(c) else "?" for c in text)


def is_plain(character: str) -> bool:
    """Return whether a character only stands for itself: none of the categories Cc, Cf, Cs, Co, Cn, Zl, Zp."""
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def place_of(error: Exception) -> str:
    """Return the file and the line at which an exception was raised."""
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    return f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}" if step is not None else "nowhere"
