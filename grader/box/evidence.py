"""What was said between a check and the learner's code, kept for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Call:
    """One call of the learner's code, kept as evidence."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any = None


@dataclass(frozen=True, slots=True)
class Came:
    """What came back last: a call's result, or an attribute that was read.

    Attributes:
        name: ``double``, ``Net.loss`` or ``Net.W``.
        value: what it is.
        read: whether it is an attribute.
    """

    name: str
    value: Any
    read: bool = False


@dataclass(frozen=True, slots=True)
class Misuse:
    """A function of the grader's raised an exception when the learner's code called it.

    Attributes:
        name: the function; nothing where the learner knows it by a parameter.
        got: what it was called with, in words.
        error: what it raised.
        frames: the learner's own frames, as in ``StudentRaised``.
    """

    name: str
    got: str
    error: Exception
    frames: tuple[tuple[str, int, str, int], ...] = ()
