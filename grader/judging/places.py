"""Where an answer is written: places in what was handed in, with the code that stands there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

from grader.authoring.course import Course
from grader.authoring.stubs import todo_text
from grader.box.events import Misasked, StudentRaised
from grader.box.evidence import Misuse
from grader.model import Exercise, Place, Submission, Unit
from grader.submission.definitions import NOT_PYTHON, dotted_name, flat, parse
from grader.submission.labels import place_in

MAX_CODE = 200  # characters of a line of code in a report


class Places:
    """The places of one submission."""

    def __init__(self, course: Course, submission: Submission) -> None:
        self._course = course
        self._submission = submission

    def at(self, file: str, line: int, function: str = "", column: int = 0) -> Place:
        """Return a place with the code that is written there."""
        source = next((unit.source for unit in self._units() if unit.file == file), "")
        lines = source.split("\n")
        code = lines[line - 1].rstrip()[:MAX_CODE] if 0 < line <= len(lines) else ""
        return place_in(file, line, code, column or None, function)

    def innermost(self, error: StudentRaised | Misasked | Misuse) -> Place | None:
        """Return where the learner's own code raised; None where none of it was running."""
        return self.at(*error.frames[-1]) if error.frames else None

    def of(self, exercise: Exercise) -> Place | None:
        """Return where the answer to an exercise is written: its only return, or where it begins."""
        places = (self.of_name(exercise.module, name) for name in reversed(exercise.names))
        return next((place for place in places if place is not None), None)

    def of_name(self, module: str, name: str) -> Place | None:
        """Return where the answer to ``module``, ``name`` or ``Class.name``, is written."""
        top, dot, part = name.partition(".")
        answer = self._submission.answers.get(f"{module}.{top}")
        if answer is None:
            return None
        return self.definition(answer.file, f"{answer.name}{dot}{answer.methods.get(part, part)}")

    def definition(self, path: str, name: str) -> Place | None:
        """Return where a file defines ``name``."""
        module = self._submission.modules.get(path)
        for unit in reversed(module.units if module else ()):
            if line := definition_line(unit.source, name):
                return self.at(unit.file, line)
        return None

    def todo(self, place: Place) -> str:
        """Return the TODO comment above a place."""
        return todo_text(next((unit.source for unit in self._units() if holds(unit, place)), ""), place.line)

    def is_untouched(self, error: StudentRaised) -> bool:
        """Whether what raised is a function that does nothing else, as a stub does."""
        file, line, *_ = error.frames[-1] if error.frames else ("", 0)
        tree = parsed(next((unit.source for unit in self._units() if unit.file == file), ""))
        functions = (node for node in ast.walk(tree or ast.Module([], [])) if isinstance(node, ast.FunctionDef))
        return any(node.body[-1].lineno == line and does_nothing_else(node) for node in functions)

    def _units(self) -> Iterator[Unit]:
        return (unit for module in self._submission.modules.values() for unit in module.units)


def holds(unit: Unit, place: Place) -> bool:
    """Return whether a place is in this unit."""
    where = place_in(unit.file, place.line)
    return (where.file, where.cell) == (place.file, place.cell)


def does_nothing_else(node: ast.FunctionDef) -> bool:
    """Return whether a function is its docstring and a ``raise``."""
    rest = node.body[1:] if ast.get_docstring(node) is not None else node.body
    return len(rest) == 1 and isinstance(rest[0], ast.Raise)


@cache
def parsed(text: str) -> ast.Module | None:
    """Return a text's syntax tree; None where it has none."""
    try:
        return parse(text)
    except NOT_PYTHON:
        return None


def definition_line(text: str, name: str) -> int | None:
    """Return the line of the only return of a function or method, or else where it is defined; None without one."""
    node: ast.AST | None = parsed(text)
    for part in name.split("."):
        body = list(flat(getattr(node, "body", [])))
        node = next((n for n in reversed(body) if defines(n, part, name)), None)
        if isinstance(node, ast.Assign):
            return node.lineno
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return None
    returns = [n for n in ast.walk(node) if isinstance(n, ast.Return)] if isinstance(node, ast.FunctionDef) else []
    return returns[0].lineno if len(returns) == 1 else node.lineno


def defines(node: ast.stmt, part: str, name: str) -> bool:
    """Return whether a statement defines ``part``, or gives ``name``, that it is a part of, another value."""
    if isinstance(node, ast.Assign):
        return any(dotted_name(target) == name for target in node.targets)
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == part
