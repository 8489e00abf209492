"""What of a submission is not loaded any more, since it ended a box or took too long: the rest is to be graded.

What a box says of it is a stranger's word. It decides what is left out next, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.box.events import Event, read_error
from grader.box.loading import Loaded, Problem, read_part
from grader.model import Module

WRONG_FORM = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of what a stranger says
ENOUGH_ENDS = 3  # after so many statements of notebooks that end the box, a notebook that has another is left out
MAX_NAMES = 1000  # that a module defines, and that are looked through for what was meant by another


class Omissions:
    """What has been left out of a submission so far.

    Args:
        modules: the submission's modules, by name.
        names: what the course knows of each module, in course order.

    Attributes:
        all: whether nothing is loaded any more.
    """

    def __init__(self, modules: Mapping[str, Module], names: Mapping[str, Sequence[str]]) -> None:
        self.all = False
        self._modules = modules
        self._names = names
        self._lost: dict[str, Event] = {}
        self._left_out: dict[tuple[str, int], Event] = {}  # statements of notebooks
        self._emptied: dict[str, Problem] = {}  # notebooks, and modules of which notebooks have a part

    def order(self) -> dict[str, Any]:
        """Return what a box has to be told of the submission."""
        modules = {
            name: {
                "units": [[unit.file, unit.source] for unit in module.units if name not in self._emptied],
                "cells": module.cells,
                "taken": dict(module.taken),
                "left_out": [list(part) for part in self._left_out],
            }
            for name, module in self._modules.items()
            if module.problem is None and not self.all
        }
        names = {module: list(names) for module, names in self._names.items()}
        skip = [name for name in names if name in self._lost or name not in modules]
        return {"modules": modules, "names": names, "skip": skip}

    def add(self, event: Event, loading: str, part: tuple[str, int] | None) -> None:
        """Leave out what ended a box, as far as the box says: a statement, a notebook, a module, or all there is."""
        if part and part not in self._left_out and len(self._left_out) < ENOUGH_ENDS:
            self._left_out[part] = event
            return
        if part and self._emptied_now(part[0], event):
            return
        left = [name for name in self._names if name not in self._lost]
        if not left:
            self.all = True
            return
        name = loading if loading in left else left[0]
        if not self._emptied_now(name, event):
            self._lost[name] = event

    def _emptied_now(self, name: str, event: Event) -> bool:
        """Try once more without a module's own text, where others have a part of it, or take theirs from it."""
        module = self._modules.get(name)
        if module is None or not module.units or name in self._emptied:
            return False
        lost = tuple(own for own in self._names.get(name, ()) if own not in module.taken)
        if module.cells:
            homes = [other.taken for other in self._modules.values()]
            lost += tuple(own for taken in homes for own, origin in taken.items() if origin == name)
        elif not module.taken:
            return False
        self._emptied[name] = Problem(event, lost, module.units[0].file, 1)
        return True

    def read_found(self, head: dict[str, Any]) -> dict[str, Loaded]:
        """Return what a box says that loading brought to light, by module.

        Raises:
            WireError, and those of ``WRONG_FORM``: it has the wrong form.
        """
        found = {}
        for name in self._names:
            said = head["found"][name]
            error = said["error"]
            trouble = self._lost.get(name) or (read_error(error, while_loading=True) if error else None)
            missing, names = (tuple(str(n)[:80] for n in said[key][:MAX_NAMES]) for key in ("missing", "names"))
            found[name] = Loaded(trouble, missing, names)
        return found

    def read_problems(self, head: dict[str, Any]) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
        """Return statements that failed, and the display libraries that were stood in for; it raises the same."""
        problems = list(self._emptied.values())
        for said in head["problems"][:100]:
            part = read_part(said.get("part"))
            event = self._left_out[part] if part else read_error(said["error"], while_loading=True)
            names = tuple(str(name)[:80] for name in said["names"][:MAX_NAMES])
            problems.append(Problem(event, names, str(said["file"])[:200], int(said["line"])))
        return tuple(problems), tuple(str(name)[:80] for name in head["inert"][:20])
