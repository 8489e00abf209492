"""Cut the answers out of the reference solutions.

Between ``# BEGIN SOLUTION`` and ``# END SOLUTION`` the leading TODO comment stays; everything else becomes
the loud hole, ``raise NotImplementedError`` with the name of what is asked for.
"""

from __future__ import annotations

import ast
import re
from itertools import islice, takewhile
from typing import TypeGuard

from grader.errors import StubError

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"
MAX_TODO = 20  # lines of a TODO comment


def cut_solutions(source: str, name: str) -> str:
    """Return the stub of a solution's text.

    Args:
        source: the solution.
        name: what to call it in an error.

    Raises:
        StubError: the markers do not pair up, or stand outside every function.
    """
    kept: list[str] = []
    opened: int | None = None
    answer: list[str] = []
    for number, line in enumerate(source.splitlines(), start=1):
        marker = line.strip()
        if marker == BEGIN:
            if opened is not None:
                raise StubError(f"{name}:{number}: BEGIN SOLUTION inside the one of line {opened}; close that first")
            opened, answer = number, []
        elif marker == END:
            if opened is None:
                raise StubError(f"{name}:{number}: END SOLUTION without a BEGIN SOLUTION; remove it")
            kept += hole(answer, indent_of(line), enclosing_name(source, opened, name))
            opened = None
        elif opened is None:
            kept.append(line)
        else:
            answer.append(line)
    if opened is not None:
        raise StubError(f"{name}:{opened}: BEGIN SOLUTION is never closed; add '# END SOLUTION' after the answer")
    return "\n".join(kept) + "\n"


def hole(answer: list[str], indent: str, owner: str) -> list[str]:
    """Return the answer's leading TODO comment and the raise that takes the answer's place."""
    todo = []
    for line in answer:
        if not line.strip().startswith("#"):
            break
        todo.append(line)
    return [*todo, f'{indent}raise NotImplementedError("{owner}")']


def indent_of(line: str) -> str:
    """Return the white space that a line begins with."""
    return line[: len(line) - len(line.lstrip())]


def enclosing_name(source: str, line: int, name: str) -> str:
    """Return the qualified name of the innermost function around a line.

    Raises:
        StubError: there is none, or the source is not Python.
    """
    try:
        node: ast.AST = ast.parse(source)
    except SyntaxError as error:
        raise StubError(f"{name}:{error.lineno}: the solution is not Python: {error.msg}") from error
    path: list[str] = []
    while inner := next((child for child in ast.iter_child_nodes(node) if is_around(child, line)), None):
        path.append(inner.name)
        node = inner
    if not isinstance(node, ast.FunctionDef):
        raise StubError(f"{name}:{line}: BEGIN SOLUTION outside every function; move it into one")
    return ".".join(path)


def is_around(node: ast.AST, line: int) -> TypeGuard[ast.FunctionDef | ast.ClassDef]:
    """Return whether a function or class holds the line."""
    return isinstance(node, ast.FunctionDef | ast.ClassDef) and node.lineno < line <= (node.end_lineno or 0)


def todo_text(source: str, line: int) -> str:
    """Return the TODO comment that stands right above a line, without its marks; of a long one the last lines."""
    above = islice(reversed(source.splitlines()[: line - 1]), MAX_TODO)
    comment = takewhile(lambda text: text.startswith("#"), (text.strip() for text in above))
    words = " ".join(text.lstrip("#").strip() for text in reversed(list(comment)))
    return re.sub(r"^TODO:\s*", "", words)
