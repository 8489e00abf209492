"""What a check says of itself: by its markers, its name, its docstring, and where it lies."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from grader.authoring.course import Course
from grader.errors import CourseError
from grader.model import Check

MARKERS = (
    "exercise(id, points=1): the exercise that a check belongs to, and its whole points",
    "slow: this check may take longer than others",
    "aside: an answer that fails this check alone is good enough for the exercises that build on it",
)


def is_slow(item: pytest.Item) -> bool:
    """Whether a check may take longer than others: it trains a network."""
    return item.get_closest_marker("slow") is not None


def is_aside(item: pytest.Item) -> bool:
    """Whether exercises that build on this check's exercise can do without it."""
    return item.get_closest_marker("aside") is not None


def check_of(item: pytest.Item, course: Course, others: Mapping[str, Check]) -> Check:
    """Return what pytest found as a check.

    Raises:
        CourseError: a marker is missing or wrong, or one of the others has its name.
    """
    marker = item.get_closest_marker("exercise")
    where = f"{item.path.name}::{item.name}"
    if marker is None:
        raise CourseError(f"{where}: say which exercise it checks: @pytest.mark.exercise('module.name', points=1)")
    exercise, points = marker_values(*marker.args, **marker.kwargs)
    if type(points) is not int or points < 0:
        raise CourseError(f"{where}: points must be a whole number, not {points!r}")
    course.exercise(exercise)
    hidden = course.solutions is not None and item.path.is_relative_to(course.solutions)
    doc = (getattr(getattr(item, "obj", None), "__doc__", "") or "").strip().splitlines()
    name = item.name.removeprefix("test_")
    title = doc[0] if doc else name.replace("_", " ")
    callspec = getattr(item, "callspec", None)
    if callspec is not None:
        title = f"{title.rstrip('.')}: {callspec.id}"
    check = Check(f"{exercise}.{'hidden.' if hidden else ''}{name}", title, exercise, points, hidden)
    if any(check.id == other.id for other in others.values()):
        raise CourseError(f"{where}: two checks of {exercise} have this name")
    return check


def marker_values(exercise: object = "", points: object = 1) -> tuple[str, object]:
    """Return what an ``exercise`` marker says; it reads like a call of this function."""
    return str(exercise), points
