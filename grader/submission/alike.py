"""Tell whether two definitions say the same."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import zip_longest


def alike(one: Iterable[ast.AST], other: Iterable[ast.AST]) -> bool:
    """Whether two definitions are alike, comments and layout aside; not what these build on."""
    return all(a == b for a, b in zip_longest(shapes(one), shapes(other)))


def shapes(nodes: Iterable[ast.AST]) -> Iterator[tuple[object, ...]]:
    """Yield what syntax trees consist of, part by part; ``ast.dump`` does not get to the end of deep ones."""
    for part in (part for node in nodes for part in ast.walk(node)):
        yield (type(part), *(shape(value) for _, value in ast.iter_fields(part)))


def shape(value: object) -> object:
    """Return a field of a syntax tree, with how many parts there are in the place of these."""
    if isinstance(value, ast.AST):
        return ast.AST
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value), value
