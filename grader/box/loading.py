"""What loading a submission brought to light: modules that could not be loaded, names that are missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.box.events import Event, StudentRaised, TimedOut


@dataclass(slots=True)
class Loaded:
    """What loading a module of the course brought to light."""

    trouble: Event | None = None
    missing: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A statement of a notebook that ended without doing its work, and the names that it would have defined.

    Or a whole module, and the names that no notebook has in its place.
    """

    event: Event
    names: tuple[str, ...]
    file: str
    line: int

    @property
    def where(self) -> tuple[str, int]:
        """The file and the line, of its own where the exception says so."""
        frames = self.event.frames if isinstance(self.event, StudentRaised) else ()
        return next(((file, line) for file, line, *_ in frames if file == self.file), (self.file, self.line))

    @property
    def said(self) -> str:
        """What ended it, in a few words."""
        match self.event:
            case StudentRaised():
                return f"{self.event.type_name}: {self.event.text}" if self.event.text else self.event.type_name
            case TimedOut():
                return f"took over {self.event.seconds:g} s"
        return "ended Python"


def read_part(said: Any) -> tuple[str, int] | None:
    """Return which statement of which notebook the box speaks of; None for none."""
    if said is None:
        return None
    name, number = said
    return str(name), int(number)
