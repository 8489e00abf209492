"""Modules as chapters of one notebook: what they import from each other, and whether they can share one namespace."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from grader.errors import CourseError
from grader.submission.definitions import DEFINITIONS, NOT_PYTHON, parse, sentence

ABOVE = "# defined above: "  # begins a line that imports from another chapter


class CellKind(StrEnum):
    """The two kinds of cells that are written."""

    CODE = "code"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class ExtraCell:
    """A cell that belongs to the notebook alone, at the end of its chapter."""

    id: str
    kind: CellKind
    source: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A module of the course, as a chapter of its notebook.

    Attributes:
        name: the module's name.
        source: its text.
        exercises: what is asked for in it; where nothing is said, every hole.
        formulas: LaTeX by name, ``softmax`` or ``TwoLayerNet.gradient``; else the docstring's own formula is shown.
        extra_cells: what only the notebook has.
    """

    name: str
    source: str
    exercises: tuple[str, ...] | None = None
    formulas: Mapping[str, str] = field(default_factory=dict)
    extra_cells: tuple[ExtraCell, ...] = ()


def check_names(chapters: Sequence[Chapter]) -> None:
    """Demand that chapters import from earlier ones, and share names only where they mean the same.

    Raises:
        CourseError: one chapter's name would replace another's, or is not there yet, or a chapter is not Python.
    """
    modules = {chapter.name for chapter in chapters}
    found: dict[str, tuple[str, str]] = {}
    for chapter in chapters:
        try:
            tree = parse(chapter.source)
        except NOT_PYTHON as error:
            raise CourseError(f"{chapter.name}.py: {sentence(error)}") from error
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module in modules:
                check_import(node, chapter.name, found)
                continue
            for name, meaning in meanings(node):
                home, known = found.setdefault(name, (chapter.name, meaning))
                if known != meaning and home != chapter.name:
                    both = f"{home}.py and {chapter.name}.py both define {name}"
                    raise CourseError(f"{both}; in a notebook the second would replace the first: rename one")


def check_import(node: ast.ImportFrom, chapter: str, found: Mapping[str, tuple[str, str]]) -> None:
    """Demand that a chapter before this one defines what is imported."""
    for alias in node.names:
        if found.get(alias.name, ("", ""))[0] != node.module and alias.name != "*":
            why = f"no chapter {node.module} further up defines {alias.name}"
            raise CourseError(f"{chapter}.py:{node.lineno}: {ast.unparse(node)}: {why}")


def meanings(node: ast.stmt) -> Iterator[tuple[str, str]]:
    """Yield the names that a top-level statement defines, and what they stand for."""
    if isinstance(node, DEFINITIONS):
        yield node.name, ast.dump(node)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        home = getattr(node, "module", "")
        yield from ((alias.asname or alias.name, f"{home} {alias.name}") for alias in node.names)
    elif isinstance(node, ast.Assign):
        names = (target.id for target in node.targets if isinstance(target, ast.Name))
        yield from ((name, ast.dump(node.value)) for name in names if not name.startswith("__"))


def without_course_imports(source: str, modules: Collection[str]) -> tuple[str, bool]:
    """Turn imports from other chapters into comments; say whether there were any.

    Raises:
        CourseError: the import gives a chapter's name another meaning than it has in the notebook.
    """
    lines = source.split("\n")
    imports = [node for node in parse(source).body if is_course_import(node, modules)]
    for node in imports:
        for line in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[line] = ABOVE + lines[line]
    return "\n".join(lines), bool(imports)


def is_course_import(node: ast.stmt, modules: Collection[str]) -> bool:
    """Whether a statement is ``from losses import name``, with a chapter called losses.

    Raises:
        CourseError: it is another kind of import from a chapter.
    """
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return False
    homes = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    if not any(home in modules for home in homes):
        return False
    if isinstance(node, ast.Import) or any(alias.asname or alias.name == "*" for alias in node.names):
        raise CourseError(f"{ast.unparse(node)}: a notebook needs 'from {homes[0]} import NAME', for it has no modules")
    return True
