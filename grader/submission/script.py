"""Read files with code: notebooks, and modules, which are read like a notebook of one cell.

A file is text until a box runs it: nothing here imports or executes it. Its cells become Python once, with their
lines where they were. Writing notebooks is left to ``grader/authoring``.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile

from grader.errors import SubmissionError
from grader.model import Finding, Place
from grader.submission.bounds import MAX_CODE, MAX_LINES, MAX_WORDS, MIB, Budget
from grader.submission.cells import CodeCell, ParsedCell, Skipped, parse_cell, shortened
from grader.submission.choice import Why, choose
from grader.submission.definitions import DEFINITIONS, Definition, Namespace, dotted_name, flat
from grader.submission.imports import Imported
from grader.submission.ipynb import read_cells, source_of
from grader.submission.ipython import WrittenFile
from grader.submission.statements import Statement, blank_out, is_text, span

STARTS = re.compile(r"^[^\s#]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is run of a file: cell after cell, in one namespace; and what is not."""

    cells: tuple[CodeCell, ...]
    statements: tuple[Statement, ...]
    skipped: tuple[Skipped, ...] = ()
    left_out: frozenset[str] = frozenset()  # names to which only what is not run gives a value


@dataclass(frozen=True)
class Script:
    """A file's code, as text.

    Args:
        path: where it is, in posix form: how other files find it.
        label: what messages call it.
        cells: of a notebook; a module is one, numbered 0.
        problem: why it could not be read.
        seems: what it seems to define, where it could not be read.
    """

    path: str
    label: str
    cells: tuple[CodeCell, ...] = ()
    problem: Finding | None = None
    seems: frozenset[str] = frozenset()

    @property
    def is_notebook(self) -> bool:
        """Whether it is one; a file that a notebook writes is none."""
        return self.path.lower().endswith(".ipynb")

    @cached_property
    def parsed(self) -> tuple[ParsedCell, ...]:
        """The cells as Python."""
        return tuple(map(parse_cell, self.cells))

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The top-level statements of all cells, in order."""
        return tuple(statement for cell in self.parsed for statement in cell.statements)

    @property
    def imports(self) -> Iterator[Imported]:
        """What it imports, somewhere."""
        return (imported for statement in self.statements for imported in statement.imports)

    @cached_property
    def binds(self) -> frozenset[str]:
        """The names to which its statements give a value."""
        return frozenset(name for statement in self.statements for name in statement.binds)

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Functions, classes and methods by name, ``TwoLayerNet.gradient``; the last definition counts."""
        found = Namespace(scripts=self.is_notebook)
        for cell in self.parsed:
            found.add((statement.node for statement in cell.statements), cell.number)
        return found.definitions()

    @cached_property
    def nodes(self) -> Mapping[str, Sequence[ast.stmt]]:
        """What defines each name, or a part of it."""
        found: dict[str, list[ast.stmt]] = defaultdict(list)
        for node in flat(statement.node for statement in self.statements):
            for name in defined(node):
                found[name].append(node)
        return found

    @cached_property
    def lost(self) -> Mapping[str, Finding]:
        """What seems to be defined by what cannot be read, and why it cannot."""
        if self.problem:
            return dict.fromkeys(self.seems, self.problem)
        bad = [skipped for cell in self.parsed for skipped in cell.skipped if skipped.why is Why.NOT_PYTHON]
        return {name: syntax_error(skipped, self.label) for skipped in bad for name in skipped.names}

    @cached_property
    def written(self) -> tuple[WrittenFile, ...]:
        """The files that its cells would write by ``%%writefile``."""
        texts: dict[str, list[str]] = {}
        for file in (file for cell in self.parsed for file in cell.written):
            if not file.appended:
                texts[file.name] = []
            texts.setdefault(file.name, []).append(file.text)
        return tuple(WrittenFile(name, "".join(parts)) for name, parts in texts.items())

    def chosen(self, wanted: Collection[str], *, run_all: bool = False) -> Chosen:
        """Choose what the box runs, from top to bottom: the last definition counts.

        Args:
            wanted: the names that are needed of it; empty for all definitions.
            run_all: leave out nothing but what is no Python.
        """
        reasons = iter([None] * len(self.statements) if run_all else choose(self.statements, wanted))
        cells: list[CodeCell] = []
        run: list[Statement] = []
        skipped: list[Skipped] = []
        for cell in self.parsed:
            whys = [next(reasons) for _ in cell.statements]
            kept = [statement for statement, why in zip(cell.statements, whys, strict=True) if why is None]
            if kept:
                cells.append(cell_code(cell, kept))
            run += kept
            skipped += [*cell.skipped, *not_run(cell, whys)]
        skipped.sort(key=lambda found: (found.number, found.line))
        bound = {name for statement in run for name in statement.binds}
        return Chosen(tuple(cells), tuple(run), tuple(skipped), self.binds - bound)


def defined(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines, or defines a part of."""
    if isinstance(node, DEFINITIONS):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {dotted_name(target).partition(".")[0] for target in targets}


def syntax_error(skipped: Skipped, label: str) -> Finding:
    """Return the finding for what Python cannot read."""
    place = Place(label, skipped.line, skipped.code or skipped.what, skipped.column or None, skipped.number or None)
    return Finding("syntax_error", {"type": skipped.detail.partition(":")[0]}, said=skipped.detail, place=place)


def cell_code(cell: ParsedCell, kept: Sequence[Statement]) -> CodeCell:
    """Return what is run of a cell, on the lines where the cell has it."""
    nodes = {statement.node for statement in kept}
    left = [s.node for s in cell.statements if s.node not in nodes]
    source = blank_out(cell.source, sorted([*left, *cell.broken], key=span))
    return CodeCell(cell.number, source)


def not_run(cell: ParsedCell, whys: Sequence[Why | None]) -> Iterator[Skipped]:
    """Yield what a report may say of the statements that are left out; a mere text or ``pass`` is not worth a line."""
    for statement, why in zip(cell.statements, whys, strict=True):
        if why and not is_text(statement.node) and not isinstance(statement.node, ast.Pass):
            yield Skipped(cell.number, span(statement.node)[0] + 1, shortened(statement.text), why)


# -- notebooks --------------------------------------------------------------------------------------------


def read_notebook(text: str | bytes, path: str, budget: Budget | None = None) -> Script:
    """Read a notebook of version 3 or 4, leniently.

    Args:
        text: the file.
        path: where it is, and what messages call it.
        budget: what may still be read of the submission that it belongs to.

    Raises:
        SubmissionError: it is no notebook, or too large to be one that somebody wrote.
    """
    sources = [source_of(cell) for cell in read_cells(text, path) if cell.get("cell_type") == "code"]
    check_code(sources, path, budget or Budget())
    cells = (CodeCell(i, source) for i, source in enumerate(filter(str.strip, sources), 1))
    return Script(path, path, tuple(cells))


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
    """Return at least how many top-level statements a cell has, on lines of their own or not."""
    return sum(1 for _ in STARTS.finditer(source)) + source.count(";") + 1
