"""What loading a submission brought to light: statements that failed, and the names that were lost with each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grader.box.events import Event, StudentRaised, TimedOut


@dataclass(frozen=True, slots=True)
class Problem:
    """A statement that ended without doing its work, and the names that it would have defined; or a whole file."""

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
    """Return which statement of which file the box speaks of; None for none."""
    if said is None:
        return None
    name, number = said
    return str(name), int(number)
