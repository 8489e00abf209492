"""Tell which given parts of a stub were changed.

A stub gives some functions, methods and classes whole. What somebody wrote from scratch under the same name, as the
book has it, is no change: a part counts as changed where the stub's own words are still on it, or were once, above.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping

from grader.submission.definitions import DEFINITIONS, NOT_PYTHON, dotted_name, flat, is_hole, parse

Part = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Parts = dict[str, list[tuple[int, Part | None]]]  # by name its definitions, last one last, with their lines


def given_parts(stub: str) -> dict[str, str]:
    """Return the text of every part of a stub that has no hole, by name: ``relu``, ``TwoLayerNet.predict``."""
    parts = {name: found[-1][1] for name, found in parts_of(stub).items()}
    whole = {name: node for name, node in parts.items() if node is not None and not has_hole(node)}
    return {name: ast.unparse(node) for name, node in whole.items() if name.rpartition(".")[0] not in whole}


def changed_parts(given: Mapping[str, str], source: str) -> dict[str, int]:
    """Return the line of every given part that is no longer as it was given.

    Layout, comments, docstrings and annotations do not count. What is not there at all is not named.

    Args:
        given: what ``given_parts`` returned.
        source: what was handed in of the same module; where it is not Python, nothing can be said.
    """
    try:
        found = parts_of(source)
        return {
            name: found[name][-1][0]
            for name, text in given.items()
            if name in found and is_changed(parse(text).body[0], found[name])
        }
    except NOT_PYTHON:
        return {}


def is_changed(given: ast.stmt, found: list[tuple[int, Part | None]]) -> bool:
    """Return whether the last of some definitions differs from what was given, and one of them comes from there."""
    last = found[-1][1]
    same = last is not None and meaning(last) == meaning(given)
    return not same and any(node is not None and words(node) & words(given) for _, node in found)


def parts_of(source: str) -> Parts:
    """Return all definitions of functions, classes and methods by name, in order; None for another value.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: Python cannot read it.
    """
    found: Parts = {}
    functions: dict[str, Part] = {}
    for name, node, value in bindings(source):
        found.setdefault(name, []).append((node.lineno, functions.get(value) if value else as_part(node)))
        if part := found[name][-1][1]:
            functions[name] = part
    return found


def bindings(source: str) -> Iterator[tuple[str, ast.stmt, str]]:
    """Yield what statements give a meaning to: the name, the statement, and of ``name = other`` the other name."""
    for node in flat(parse(source).body):
        if isinstance(node, DEFINITIONS):
            yield node.name, node, ""
        if isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{n.name}", n, "") for n in flat(node.body) if isinstance(n, DEFINITIONS))
        if isinstance(node, ast.Assign):
            yield from ((dotted_name(target), node, dotted_name(node.value)) for target in node.targets)


def as_part(node: ast.stmt) -> Part | None:
    """Return a definition; nothing where a statement is none."""
    return node if isinstance(node, DEFINITIONS) else None


def has_hole(node: Part) -> bool:
    """Return whether something in a definition is asked for."""
    functions = (n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(is_hole(function) for function in functions)


def meaning(node: ast.stmt) -> str:
    """Return a definition as text, less its name, docstrings and annotations of functions."""
    bare = copy.deepcopy(node)
    for part in ast.walk(bare):
        if isinstance(part, DEFINITIONS):
            part.name = "" if part is bare else part.name
            if ast.get_docstring(part) is not None:
                part.body = part.body[1:] or [ast.Pass()]
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            part.returns = None
        if isinstance(part, ast.arg):
            part.annotation = None
    return ast.dump(bare)


def words(node: ast.stmt) -> set[str]:
    """Return what tells where a definition comes from: its docstring, and its arguments as they are annotated."""
    if not isinstance(node, DEFINITIONS):
        return set()
    said = {ast.get_docstring(node) or ""}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
        said.add(f"{ast.unparse(node.args)} -> {ast.unparse(node.returns)}")
    return said - {""}
