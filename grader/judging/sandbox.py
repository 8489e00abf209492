"""What a report says of the box that the answers ran in, and of how they were loaded there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from grader.box.client import Box
from grader.judging.places import Places
from grader.model import Notice

MOST = 5  # notices of a kind, and names in one; a report is not a list of everything


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How strongly the answers were confined, what that consisted of, and what was noticed while they were loaded."""

    level: str
    layers: tuple[str, ...]
    notices: tuple[Notice, ...]

    def data(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Sandbox:
        """Return what ``data`` gave, after JSON."""
        return cls(data["level"], tuple(data["layers"]), tuple(Notice(**notice) for notice in data["notices"]))


def sandbox_of(box: Box, places: Places) -> Sandbox:
    """Return what there is to say of a box as it is now."""
    return Sandbox(str(box.level), box.layers, tuple(loading_notices(box, places)))


def loading_notices(box: Box, places: Places) -> Iterator[Notice]:
    """Yield what a reader should know of how the submission was loaded."""
    for problem in box.problems[:MOST]:
        place = places.at(*problem.where)
        cell = {"cell": str(place.cell)} if place.cell else {}
        yield Notice("not_done", {"file": place.file, **cell, "line": str(place.line), "said": problem.said})
    if box.inert:
        yield Notice("inert", {"libraries": listed(box.inert)})
    if box.absent:
        yield Notice("absent", {"what": listed(box.absent)})


def listed(names: Sequence[str]) -> str:
    """Return the first few of some names, and how many more there are."""
    more = [f"and {len(names) - MOST} more"] if len(names) > MOST else []
    return ", ".join([*names[:MOST], *more])
