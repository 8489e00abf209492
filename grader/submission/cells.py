"""Turn a notebook's cells into statements, each on the line where the cell has it: parsed, never run."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import dropwhile

from grader.submission.bounds import check_statement
from grader.submission.choice import Why
from grader.submission.definitions import NOT_PYTHON, parse, sentence
from grader.submission.ipython import WrittenFile, to_python
from grader.submission.statements import Statement, check_compiles, is_text, read_statement, statement_text

MAX_WHAT = 80  # characters of a statement that was left out, in a report


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell. ``number`` counts the code cells that are not empty, from 1.

    That is the number Jupyter shows as ``In [7]`` when it has restarted and run all cells.
    """

    number: int
    source: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not run: in which cell and line, its first line, and why."""

    number: int
    line: int
    what: str
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """A cell as Python: its statements, and what could not be one."""

    number: int
    source: str
    statements: tuple[Statement, ...] = ()
    broken: tuple[ast.stmt, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    written: tuple[WrittenFile, ...] = ()


def parse_cell(cell: CodeCell) -> ParsedCell:
    """Turn a cell into statements; what is no Python costs the cell, what cannot be compiled costs the statement."""
    filtered = to_python(cell.source)
    number, source, written = cell.number, filtered.source, filtered.written
    ignored = tuple(Skipped(number, c.line, c.text[:MAX_WHAT], Why.COMMAND) for c in filtered.ignored)
    try:
        body = parse(source).body
    except NOT_PYTHON as error:
        return ParsedCell(number, source, skipped=(*ignored, not_python(number, source, error)), written=written)
    lines = source.encode().split(b"\n")
    statements: list[Statement] = []
    problems: dict[ast.stmt, Skipped] = {}
    late = late_futures(body)
    for node in body:
        text = statement_text(lines, node)
        try:
            if node in late:
                raise SyntaxError("from __future__ imports must occur at the beginning of the file")
            check_statement(node)
            check_compiles(node)
            statements.append(read_statement(node, text))
        except NOT_PYTHON as error:
            problems[node] = Skipped(number, node.lineno, shortened(text), Why.NOT_PYTHON, sentence(error))
    return ParsedCell(number, source, tuple(statements), tuple(problems), (*ignored, *problems.values()), written)


def late_futures(body: Sequence[ast.stmt]) -> set[ast.stmt]:
    """Return the ``from __future__`` imports that Python would refuse, since something comes before them."""
    rest = dropwhile(lambda node: is_text(node) or is_future(node), body)
    return {node for node in rest if is_future(node)}


def is_future(node: ast.stmt) -> bool:
    """Whether this is ``from __future__ import ...``."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def not_python(number: int, source: str, error: BaseException) -> Skipped:
    """Describe a cell that cannot be parsed."""
    line = (error.lineno or 1) if isinstance(error, SyntaxError) else 1
    lines = source.split("\n")
    what = lines[line - 1] if line <= len(lines) else ""
    return Skipped(number, line, shortened(what), Why.NOT_PYTHON, sentence(error))


def shortened(text: str) -> str:
    """Return the first line of a statement, at most as long as a report's line."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= MAX_WHAT else first[: MAX_WHAT - 2] + " …"
