"""Read notebooks as modules.

A notebook is text until a box runs it: nothing here imports or executes it. Its cells become Python once, with
their lines where they were, and everything after this sees only modules. Writing notebooks is left to
``grader/authoring``.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from grader.errors import SubmissionError
from grader.submission.bounds import MAX_CODE, MAX_LINES, MAX_WORDS, MIB, Budget
from grader.submission.cells import CodeCell, ParsedCell, Skipped, parse_cell, shortened
from grader.submission.choice import Why, choose
from grader.submission.definitions import Definition, Namespace
from grader.submission.ipynb import read_cells, source_of
from grader.submission.ipython import WrittenFile
from grader.submission.statements import Statement, blank_out, is_text, span


@dataclass(frozen=True, slots=True)
class ModuleText:
    """A notebook as the box runs it: cell after cell, in one namespace."""

    name: str
    cells: tuple[CodeCell, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True)
class Notebook:
    """A notebook's code cells, as text."""

    name: str
    cells: tuple[CodeCell, ...]

    @cached_property
    def parsed(self) -> tuple[ParsedCell, ...]:
        """The cells as Python."""
        return tuple(map(parse_cell, self.cells))

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Functions, classes and methods by name, ``TwoLayerNet.gradient``; the last definition counts."""
        found = Namespace(scripts=True)
        for cell in self.parsed:
            found.add((statement.node for statement in cell.statements), cell.number)
        return found.definitions()

    @cached_property
    def written(self) -> tuple[WrittenFile, ...]:
        """The files that its cells would write by ``%%writefile``."""
        texts: dict[str, list[str]] = {}
        for file in (file for cell in self.parsed for file in cell.written):
            if not file.appended:
                texts[file.name] = []
            texts.setdefault(file.name, []).append(file.text)
        return tuple(WrittenFile(name, "".join(parts)) for name, parts in texts.items())


def read_notebook(text: str | bytes, name: str, budget: Budget | None = None) -> Notebook:
    """Read a notebook of version 3 or 4, leniently.

    Args:
        text: the file.
        name: what to call it in messages.
        budget: what may still be read of the submission that it belongs to.

    Raises:
        SubmissionError: it is no notebook, or too large to be one that somebody wrote.
    """
    sources = [source_of(cell) for cell in read_cells(text, name) if cell.get("cell_type") == "code"]
    check_code(sources, name, budget or Budget())
    return Notebook(name, tuple(CodeCell(i, source) for i, source in enumerate(filter(str.strip, sources), 1)))


def check_code(sources: Sequence[str], name: str, budget: Budget) -> None:
    """Take the code of cells from what may still be read.

    Raises:
        SubmissionError: it is more than that.
    """
    lines = sum(map(lines_in, sources))
    if sum(map(len, sources)) > MAX_CODE or lines > MAX_LINES:
        raise SubmissionError(
            f"{name}: more than {MAX_CODE // MIB} MiB or {MAX_LINES:,} lines of code: more than answers"
        )
    if not budget.takes_code("\n".join(sources), lines):
        raise SubmissionError(f"{name}: makes it more than {MAX_WORDS:,} words and signs of code: more than answers")


def latest(cells: Sequence[CodeCell], budget: Budget) -> tuple[CodeCell, ...]:
    """Return the last cells, as many as may still be read: somebody may have worked for days in a notebook."""
    fitting = takewhile(lambda cell: budget.takes_code(cell.source, lines_in(cell.source)), reversed(cells))
    return tuple(fitting)[::-1]


def lines_in(source: str) -> int:
    """Return at least how many statements a cell has, on lines of their own or not."""
    return source.count("\n") + source.count(";") + 1


def to_module(notebook: Notebook, wanted: Collection[str], *, run_all: bool = False) -> ModuleText:
    """Choose what the box runs of a notebook: its cells from top to bottom, the last definition counts.

    Args:
        notebook: what was handed in.
        wanted: the names that are asked for, ``softmax`` or ``TwoLayerNet.gradient``; empty for all definitions.
        run_all: leave out nothing but what is no Python.
    """
    statements = [statement for cell in notebook.parsed for statement in cell.statements]
    reasons = iter([None] * len(statements) if run_all else choose(statements, wanted))
    cells: list[CodeCell] = []
    skipped: list[Skipped] = []
    for cell in notebook.parsed:
        whys = [next(reasons) for _ in cell.statements]
        kept = [statement for statement, why in zip(cell.statements, whys, strict=True) if why is None]
        if kept:
            cells.append(cell_code(cell, kept))
        skipped += [*cell.skipped, *left_out(cell, whys)]
    skipped.sort(key=lambda found: (found.number, found.line))
    return ModuleText(notebook.name, tuple(cells), tuple(skipped))


def cell_code(cell: ParsedCell, kept: Sequence[Statement]) -> CodeCell:
    """Return what is run of a cell, on the lines where the cell has it."""
    nodes = {statement.node for statement in kept}
    left = [s.node for s in cell.statements if s.node not in nodes]
    source = blank_out(cell.source, sorted([*left, *cell.broken], key=span))
    return CodeCell(cell.number, source)


def left_out(cell: ParsedCell, whys: Sequence[Why | None]) -> Iterator[Skipped]:
    """Yield what a report may say of the statements that are left out; a mere text or ``pass`` is not worth a line."""
    for statement, why in zip(cell.statements, whys, strict=True):
        if why and not is_text(statement.node) and not isinstance(statement.node, ast.Pass):
            yield Skipped(cell.number, span(statement.node)[0] + 1, shortened(statement.text), why)
