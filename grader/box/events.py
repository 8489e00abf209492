"""How a call can end that gives no value: evidence from a stranger, which a verdict is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.box import wire


class Event(Exception):  # noqa: N818 - most of these are a learner's news, not our errors
    """A call ended without a value."""


@dataclass(eq=False)
class StudentRaised(Event):
    """The learner's code raised an exception.

    Attributes:
        type_name: the exception's class.
        kinds: the names of that class and its bases.
        text: the exception's own text.
        frames: the learner's own frames, outermost first: file, line, function, column or 0.
    """

    type_name: str
    kinds: tuple[str, ...] = ()
    text: str = ""
    frames: tuple[tuple[str, int, str, int], ...] = ()
    while_loading: bool = False


@dataclass(eq=False)
class Missing(Event):
    """The submission does not define what is asked for, ``module.name``."""

    path: str


@dataclass(eq=False)
class Needs(Event):
    """The call needs a function of another exercise, ``module.name``, and nothing stands in for it."""

    name: str


@dataclass(eq=False)
class TimedOut(Event):
    """The time limit was reached."""

    seconds: float
    while_loading: bool = False
    again: bool = False  # it was not even tried: other checks of the exercise timed out


@dataclass(eq=False)
class Died(Event):
    """The process ended before it answered: by a signal's number, or with an exit code."""

    signal: int | None = None
    exit: int | None = None
    while_loading: bool = False


@dataclass(eq=False)
class BadReply(Event):
    """The answer was too large, or no value that can be read."""

    what: str


@dataclass(eq=False)
class Misasked(Event):
    """The learner's code asked a function that was handed in for what does not fit it.

    Attributes:
        name: the function; nothing where the learner knows it by a parameter.
        why: "number" or "keyword" of its arguments, their "kind" or their "size".
        values: what was asked and what fits, for a sentence.
        frames: the learner's own frames, as in ``StudentRaised``.
    """

    name: str
    why: str
    values: Mapping[str, str] = field(default_factory=dict)
    frames: tuple[tuple[str, int, str, int], ...] = ()


@dataclass(eq=False)
class NoBox(Event):
    """After a box had ended, another one could not be had at the same level."""

    level: str
    why: str


def read_error(said: Any, *, while_loading: bool = False) -> StudentRaised:
    """Turn a described exception into an event, believing nothing.

    Raises:
        wire.WireError: it is no description of an exception.
    """
    try:
        if said.get("skipped"):
            return StudentRaised("Skipped", while_loading=True)
        frames = tuple(
            (str(f[0])[:200], int(f[1]), str(f[2])[:200], int(f[3]) if len(f) > 3 else 0) for f in said["frames"][:20]
        )
        kinds = tuple(str(kind)[:80] for kind in said["kinds"][:20])
        return StudentRaised(str(said["type"])[:80], kinds, str(said["text"])[:4000], frames, while_loading)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise wire.WireError("an exception has the wrong form") from error
