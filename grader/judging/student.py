"""What checks hold: the learner's answers as proxies whose calls travel to the box, and the reference answers."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.authoring.course import Course
from grader.box.client import Box
from grader.box.conversation import Conversation, Mapped
from grader.box.events import Event, Missing
from grader.errors import CourseError
from grader.model import Exercise, Submission


class Student:
    """The learner's functions and classes by name; every call travels to the box.

    Args:
        course: what there is to call.
        conversation: where the calls go.
        missing: says why ``module``, ``name`` cannot be called, if it cannot.
    """

    def __init__(self, course: Course, conversation: Conversation, missing: Callable[[str], Event | None]) -> None:
        self._homes = {name: module for module, names in course.names.items() for name in names}
        self._course = course
        self._conversation = conversation
        self._missing = missing

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_") or name not in self._homes:
            raise AttributeError(f"the course has no {name}; course.toml lists {', '.join(self._homes)}")
        module = self._homes[name]
        event = self._missing(f"{module}.{name}")
        if event is not None:
            raise event
        return lambda *args, **kwargs: self._conversation.call(f"{module}.{name}", args, kwargs)

    def after(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return what the last call left of an array that was passed to it; the check's own is never changed."""
        return self._conversation.after(array)

    def run(self, file: str, function: str, *args: Any, **kwargs: Any) -> Any:
        """Run ``function(student, *args, **kwargs)`` from a file of the course's folder inside the box."""
        source = (self._course.folder / file).read_text(encoding="utf-8")
        return self._conversation.request("run", args, kwargs, source=source, file=file, name=function)


def why_missing(box: Box, submission: Submission, path: str) -> Event | None:
    """Return why ``module.name`` cannot be called, if it cannot."""
    missing = path in box.missing
    answer = submission.answers.get(path)
    if answer is None or path in submission.lost:
        return Missing(path)
    if not missing:
        return None
    units = {unit.file for unit in submission.modules[answer.file].units}
    failed = [problem.event for problem in box.problems if answer.name in problem.names and problem.file in units]
    return failed[-1] if failed else Missing(path)


class Trial:
    """The reference answers in a learner's place, in this process: does a check pass on them?"""

    def __init__(self, reference: SimpleNamespace, course: Course) -> None:
        self._reference = reference
        self._course = course

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reference, name)

    def after(self, array: NDArray[Any]) -> NDArray[Any]:
        """Return the array: reference answers change none."""
        return array

    def run(self, file: str, function: str, *args: Any, **kwargs: Any) -> Any:
        """Run a function of the course's folder on the reference answers."""
        driver: dict[str, Any] = {}
        path = self._course.folder / file
        exec(compile(path.read_text(encoding="utf-8"), path, "exec"), driver)  # noqa: S102 - the course's own text
        mapped = [np.load(a.path, mmap_mode="r") if isinstance(a, Mapped) else a for a in args]
        return driver[function](self._reference, *mapped, **kwargs)


class Reference:
    """The reference answers, in this process, where an instructor has them."""

    def __init__(self, course: Course) -> None:
        self._course = course

    @cached_property
    def answers(self) -> SimpleNamespace | None:
        """All of them by name; None where they are not here."""
        course = self._course
        return load_reference(course.solutions, tuple(course.given)) if course.solutions else None

    def stands_in(self, exercises: Sequence[Exercise]) -> Callable[[str], Any]:
        """Return what looks up a reference answer, ``module.name``: one of these exercises', or what is given."""
        allowed = {f"{e.module}.{name}" for e in exercises for name in e.names}
        allowed |= {f"{module}.{name}" for module, names in self._course.given.items() for name in names}

        def look_up(path: str) -> Any:
            found: Any = self.answers
            if path not in allowed or found is None:
                return None
            for name in path.split(".")[1:]:
                found = getattr(found, name)
            return found

        return look_up


@cache
def load_reference(solutions: Path, modules: tuple[str, ...]) -> SimpleNamespace:
    """Import the reference answers into this process, leaving ``sys.modules`` as it was.

    Raises:
        CourseError: one of them cannot be imported.
    """
    before = {name: sys.modules.pop(name) for name in modules if name in sys.modules}
    sys.path.insert(0, str(solutions))
    found = SimpleNamespace()
    try:
        for name in modules:
            for key, value in vars(importlib.import_module(name)).items():
                if not key.startswith("_"):
                    setattr(found, key, value)
    except Exception as error:
        raise CourseError(f"{solutions}: the reference answers cannot be imported: {error}") from error
    finally:
        sys.path.remove(str(solutions))
        for name in modules:
            sys.modules.pop(name, None)
        sys.modules.update(before)
    return found
