"""Cut a module into the pieces that become code cells: put together, they are the module again."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.submission.definitions import DEFINITIONS, is_script
from grader.submission.statements import is_text, span


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a module that becomes one code cell, and the line ends after it."""

    source: str
    newlines: int
    nodes: tuple[ast.stmt, ...]


def split_module(source: str, tree: ast.Module) -> tuple[str, list[Piece]]:
    """Cut a module into its head, up to the docstring, and pieces: each definition, runs of imports, runs of others.

    Head, sources and line ends, put together, are the module again.
    """
    lines = re.findall(r"[^\n]*\n|[^\n]+", source)
    groups = grouped(tree.body)
    cuts = [0, *(end_of(group, lines) for group in groups[:-1]), len(lines)]
    regions = ["".join(lines[start:end]) for start, end in pairwise(cuts)]
    nodes = [tuple(group) for group in groups] or [()]
    if ast.get_docstring(tree) is None or len(nodes[0]) > 1:
        return with_line_ends("", regions, nodes)
    return with_line_ends(regions[0], regions[1:], nodes[1:])


def with_line_ends(head: str, regions: Sequence[str], nodes: Sequence[tuple[ast.stmt, ...]]) -> tuple[str, list[Piece]]:
    """Give the empty lines before each region to what comes before it."""
    bodies = [region.strip("\n") for region in regions]
    before = [len(region) - len(region.lstrip("\n")) for region in regions]
    after = [len(region) - len(region.rstrip("\n")) for region in regions]
    if not any(bodies):
        return head + "".join(regions), []
    newlines = [end + start for end, start in zip(after, [*before[1:], 0], strict=True)]
    pieces = [Piece(*piece) for piece in zip(bodies, newlines, nodes, strict=True)]
    return head + "\n" * before[0], pieces


def grouped(body: Sequence[ast.stmt]) -> list[list[ast.stmt]]:
    """Put statements together that become one cell: those of a line, runs of imports, runs of others."""
    groups: list[list[ast.stmt]] = []
    for i, node in enumerate(body):
        previous = body[i - 1] if i else None
        after_docstring = i == 1 and is_text(body[0])
        if previous and (shares_line(previous, node) or (is_run(previous, node) and not after_docstring)):
            groups[-1].append(node)
        else:
            groups.append([node])
    return groups


def shares_line(previous: ast.stmt, node: ast.stmt) -> bool:
    """Whether a statement begins on the line where the one before it ends."""
    return previous.end_lineno == span(node)[0] + 1


def is_run(previous: ast.stmt, node: ast.stmt) -> bool:
    """Whether two statements are both imports, or both neither import nor definition."""
    return sort_of(previous) == sort_of(node) != "definition"


def sort_of(node: ast.stmt) -> str:
    """Return which kind of cell a statement belongs to."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "imports"
    return "definition" if isinstance(node, DEFINITIONS) else "code"


def end_of(group: Sequence[ast.stmt], lines: Sequence[str]) -> int:
    """Return the line after a group; indented comments below it belong to it."""
    end = group[-1].end_lineno or 0
    while end < len(lines) and re.match(r"[ \t]+#", lines[end]):
        end += 1
    return end


def piece_name(piece: Piece) -> str:
    """Return what to call a piece in its cell's id: what its first statement defines."""
    if not piece.nodes:
        return "code"
    node = piece.nodes[0]
    if isinstance(node, ast.Import | ast.ImportFrom):
        return "imports"
    if isinstance(node, DEFINITIONS):
        return node.name
    if is_script(node):
        return "main"
    return next((n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)), "code")
