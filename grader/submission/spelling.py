"""Under which names a learner may write what the course asks for.

The course's own name fits best, then a spelling that the course lists, then one with a slip of the pen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import cached_property

LONG_ENOUGH = 6  # letters of a name; a slip in a shorter one may be another word


class Fit(IntEnum):
    """How well a name fits one of the course's."""

    CLOSE = 1  # a letter too many, too few, wrong, or two exchanged; or upper case and underscores aside
    OTHER = 2  # a spelling that the course knows
    EXACT = 3


class Spellings:
    """The names of a course and their other spellings.

    Args:
        wanted: the course's modules, and of each its names.
        others: other spellings, by name.
    """

    def __init__(self, wanted: Mapping[str, Iterable[str]], others: Mapping[str, Sequence[str]]) -> None:
        self.paths = {name.partition(".")[0]: module for module, names in wanted.items() for name in names}
        own = {name: name for name in self.paths}
        self.known = {other: name for name in self.paths for other in others.get(name, ())} | own

    def meant_by(self, name: str) -> tuple[str, Fit] | None:
        """Return the course's name that somebody may mean by ``name``, and how well it fits; None for none."""
        if found := self.known.get(name):
            return found, Fit.EXACT if found == name else Fit.OTHER
        if name.startswith("_"):  # a helper of something else
            return None
        folded = fold(name)
        near = {self.known[known] for key, known in self._folded.get(len(folded), ()) if is_slip(folded, key)}
        return (near.pop(), Fit.CLOSE) if len(near) == 1 else None

    @cached_property
    def _folded(self) -> dict[int, list[tuple[str, str]]]:
        """The names as they are compared, by the lengths that a slip may give them."""
        found: dict[int, list[tuple[str, str]]] = {}
        for name in self.known:
            for length in range(len(fold(name)) - 1, len(fold(name)) + 2):
                found.setdefault(length, []).append((fold(name), name))
        return found


def fold(name: str) -> str:
    """Return a name without what learners take no notice of."""
    return name.replace("_", "").lower()


def is_slip(name: str, meant: str) -> bool:
    """Whether a name is another, or would be but for one slip: a letter added, lost, replaced, or two exchanged."""
    if name == meant:
        return True
    if abs(len(name) - len(meant)) > 1 or len(meant) < LONG_ENOUGH:
        return False
    start = next((i for i, (a, b) in enumerate(zip(name, meant, strict=False)) if a != b), min(len(name), len(meant)))
    rest, other = name[start:], meant[start:]
    while rest and other and rest[-1] == other[-1]:
        rest, other = rest[:-1], other[:-1]
    slip = (len(rest) <= 1 and len(other) <= 1) or (len(rest) == 2 and rest == other[::-1])
    return slip and not any(letter.isdigit() for letter in rest + other)  # softmax2 is another one
