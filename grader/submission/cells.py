"""Turn cells, of which a module is one, into statements, each on the line where the cell has it: parsed, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from grader.submission.bounds import MAX_WORDS, check_statement, words_in
from grader.submission.choice import Why
from grader.submission.definitions import NOT_PYTHON, parse, sentence
from grader.submission.ipython import WrittenFile, to_python
from grader.submission.statements import Statement, check_compiles, is_text, read_statement, statement_text

MAX_WHAT = 80  # characters of a statement that was left out, in a report
MAX_CODE = 200  # characters of a line of code in a report
MAX_BLOCKS = 6  # of a module that are no Python; one with more is none as a whole
BLOCK = re.compile(r"[^\s#)\]}]")  # begins a line with which a statement begins
DEFINES = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell. ``number`` counts the code cells that are not empty, from 1; a module is one cell, numbered 0.

    That is the number Jupyter shows as ``In [7]`` when it has restarted and run all cells.
    """

    number: int
    source: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not run: in which cell and line, its first line, and why.

    Attributes:
        detail: what Python says of it.
        column: where in the line, from 1; 0 where Python does not say.
        code: that line, as it is written.
        names: what it seems to define.
    """

    number: int
    line: int
    what: str
    why: Why
    detail: str = ""
    column: int = 0
    code: str = ""
    names: frozenset[str] = frozenset()


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
    """Turn a cell into statements; what cannot be compiled costs the statement.

    What cannot be parsed costs the cell; in a module, where nobody meant it to stand alone, the block around it.
    """
    filtered = to_python(cell.source)
    number, source, written = cell.number, filtered.source, filtered.written
    skipped = [Skipped(number, c.line, c.text[:MAX_WHAT], Why.COMMAND) for c in filtered.ignored]
    body, source, unread = parse_blocks(number, source) if number == 0 else parse_whole(number, source)
    skipped += unread
    lines = source.encode().split(b"\n")
    statements: list[Statement] = []
    broken: list[ast.stmt] = []
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
            broken.append(node)
            names = frozenset(defined_in(text))
            skipped.append(Skipped(number, node.lineno, shortened(text), Why.NOT_PYTHON, sentence(error), names=names))
    return ParsedCell(number, source, tuple(statements), tuple(broken), tuple(skipped), written)


def parse_whole(number: int, source: str) -> tuple[list[ast.stmt], str, list[Skipped]]:
    """Return a cell's statements; of one that is no Python only what is wrong with it."""
    try:
        return parse(source).body, source, []
    except NOT_PYTHON as error:
        return [], source, [not_python(number, source, error, source)]


def parse_blocks(number: int, source: str) -> tuple[list[ast.stmt], str, list[Skipped]]:
    """Return a module's statements, and its source without the blocks that are no Python, line by line."""
    unread: list[Skipped] = []
    rest = source
    for _ in range(max(1, min(MAX_BLOCKS, MAX_WORDS // (words_in(source) + 1)))):
        try:
            return parse(rest).body, rest, unread
        except NOT_PYTHON as error:
            first, last = block_around((error.lineno or 1) if isinstance(error, SyntaxError) else 1, rest)
            lines = rest.split("\n")
            unread.append(not_python(number, rest, error, "\n".join(lines[first:last])))
            rest = "\n".join([*lines[:first], *[""] * (last - first), *lines[last:]])
    return [], source, [replace(unread[0], names=frozenset(defined_in(source)))]


def block_around(line: int, source: str) -> tuple[int, int]:
    """Return the lines of the top-level statement that has a line, as far as that can be told of what is no Python."""
    starts = [number for number, text in enumerate(source.split("\n")) if BLOCK.match(text)]
    before = [start for start in starts if start < line]
    first = before.pop() if before else 0
    lines = source.split("\n")
    while before and lines[before[-1]].startswith("@"):  # else it would decorate what follows
        first = before.pop()
    return first, next((start for start in starts if start >= line), source.count("\n") + 1)


def defined_in(text: str) -> set[str]:
    """Return the names that a text seems to define, which may be no Python."""
    return {found[1] or found[2] for found in DEFINES.finditer(text)}


def late_futures(body: Sequence[ast.stmt]) -> set[ast.stmt]:
    """Return the ``from __future__`` imports that Python would refuse, since something comes before them."""
    rest = dropwhile(lambda node: is_text(node) or is_future(node), body)
    return {node for node in rest if is_future(node)}


def is_future(node: ast.stmt) -> bool:
    """Whether this is ``from __future__ import ...``."""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def not_python(number: int, source: str, error: BaseException, text: str) -> Skipped:
    """Describe what cannot be parsed: ``text``, a part of a cell."""
    line = (error.lineno or 1) if isinstance(error, SyntaxError) else 1
    column = (error.offset or 0) if isinstance(error, SyntaxError) else 0
    lines = source.split("\n")
    code = lines[line - 1].rstrip()[:MAX_CODE] if line <= len(lines) else ""
    names = frozenset(defined_in(text))
    return Skipped(number, line, shortened(code), Why.NOT_PYTHON, sentence(error), column, code, names)


def shortened(text: str) -> str:
    """Return the first line of a statement, at most as long as a report's line."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= MAX_WHAT else first[: MAX_WHAT - 2] + " …"
