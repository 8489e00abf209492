"""Decide which file answers what, where modules and notebooks lie side by side.

A stub loses to an answer. Two answers that differ are a question that only whoever wrote them can settle.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from itertools import zip_longest

from grader.errors import SubmissionError
from grader.model import Finding, Module, Notice, Place, Prefer, Unit
from grader.submission.cells import Skipped, not_python
from grader.submission.choice import Why
from grader.submission.definitions import NOT_PYTHON, Definition, Namespace, dotted_name, flat, parse
from grader.submission.notebook import ModuleText, Notebook, to_module

DEFINES = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*=", re.MULTILINE)
MOST, MANY = 5, 8  # notices of a kind, commands in one; a report is not a list of everything
MOST_RUNS = 20  # of cells in a notice


class Rank(IntEnum):
    """How much a file has of an answer."""

    NOTHING = 0
    STUB = 1
    IMPORT = 2  # it comes from a file of the learner's own, or from one that is not there
    UNREADABLE = 3  # it seems to be there, but it is not Python
    ANSWER = 4


@dataclass(frozen=True)
class Source:
    """A file that may hold answers: the name of its module in the box, and its own name."""

    module: str
    label: str
    body: tuple[ast.stmt, ...]
    definitions: Mapping[str, Definition]
    imports: frozenset[str] = frozenset()
    lost: Mapping[str, Finding] = field(default_factory=dict)  # names whose definition is not Python
    problem: Finding | None = None  # why nothing of it could be read
    notebook: Notebook | None = None

    @property
    def kind(self) -> Prefer:
        """Whether it is a module or a notebook."""
        return Prefer.NOTEBOOK if self.notebook else Prefer.MODULE

    def rank(self, top: str, parts: Sequence[str]) -> Rank:
        """Return how much it has of ``top``, of which ``parts`` are asked for."""
        if top in self.definitions:
            found = [self.definitions.get(part, self.definitions[top]) for part in parts]
            return Rank.ANSWER if any(not definition.is_stub for definition in found) else Rank.STUB
        if self.problem or top in self.lost:
            return Rank.UNREADABLE
        return Rank.IMPORT if top in self.imports else Rank.NOTHING

    @cached_property
    def by_name(self) -> dict[str, list[ast.stmt]]:
        """What it defines each name by."""
        found: dict[str, list[ast.stmt]] = {}
        for node in flat(self.body):
            for name in defined(node):
                found.setdefault(name, []).append(node)
        return found

    def means_same(self, other: Source, top: str) -> bool:
        """Whether both define a name alike, comments and layout aside; not what these definitions build on."""
        mine, theirs = self.by_name.get(top, []), other.by_name.get(top, [])
        return all(one == two for one, two in zip_longest(shapes(mine), shapes(theirs)))


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


def imported(body: Iterable[ast.stmt], course: Collection[str]) -> frozenset[str]:
    """Return the names that ``from ... import`` takes from anywhere but the course's modules."""
    nodes = (n for n in flat(body) if isinstance(n, ast.ImportFrom) and n.module not in course)
    return frozenset(alias.asname or alias.name for node in nodes for alias in node.names)


def defined(node: ast.stmt) -> set[str]:
    """Return the names that a statement defines, or defines a part of."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else []
    return {dotted_name(target).partition(".")[0] for target in targets}


def module_source(module: Module, course: Collection[str]) -> Source:
    """Read what a module defines."""
    unit = module.units[0] if module.units else Unit(module.name, "")
    label = unit.file.partition("/")[2] or f"{module.name}.py"
    try:
        body = tuple(parse(unit.source).body)
    except NOT_PYTHON as error:
        skipped = not_python(0, unit.source, error)
        problem = syntax_error(Place(label, skipped.line, skipped.what), skipped.detail)
        return Source(module.name, label, (), {}, problem=problem)
    definitions = Namespace().add(body).definitions()
    return Source(module.name, label, body, definitions, imported(body, course), problem=module.problem)


def notebook_source(notebook: Notebook, number: int, course: Collection[str]) -> Source:
    """Read what a notebook defines. Its module has a name that nobody can import."""
    body = tuple(statement.node for cell in notebook.parsed for statement in cell.statements)
    lost, imports = lost_names(notebook), imported(body, course)
    return Source(f"notebook {number}", notebook.name, body, notebook.definitions, imports, lost, notebook=notebook)


def lost_names(notebook: Notebook) -> dict[str, Finding]:
    """Return what cells that are not Python seem to define, and why each is lost."""
    found: dict[str, Finding] = {}
    for cell, parsed in zip(notebook.cells, notebook.parsed, strict=True):
        bad = [skipped for skipped in parsed.skipped if skipped.why is Why.NOT_PYTHON]
        if bad:
            place = Place(notebook.name, bad[-1].line, bad[-1].what, cell=cell.number)
            names = (match[1] or match[2] for match in DEFINES.finditer(cell.source))
            found |= dict.fromkeys(names, syntax_error(place, bad[-1].detail))
    return found


def syntax_error(place: Place, said: str) -> Finding:
    """Return the finding for what Python cannot read."""
    return Finding("syntax_error", {"type": "SyntaxError"}, said=f"SyntaxError: {said}", place=place)


# -- which file answers what ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """What of each file counts.

    Args:
        wanted: for each module of the course its names: whether they are asked for, or given.
        modules: what was handed in as modules, by name.
        notebooks: and as notebooks.
        prefer: which answer counts where there are two.
        run_all: run notebooks as they are, and not only what defines.
    """

    wanted: Mapping[str, Mapping[str, bool]]
    modules: Mapping[str, Module]
    notebooks: Sequence[Notebook]
    prefer: Prefer | None = None
    run_all: bool = False

    @cached_property
    def sources(self) -> list[Source]:
        """All files, the modules of the course before the notebooks."""
        own = [module_source(self.modules[name], self.wanted) for name in self.wanted if name in self.modules]
        return own + [notebook_source(notebook, i, self.wanted) for i, notebook in enumerate(self.notebooks, 1)]

    @cached_property
    def chosen(self) -> dict[str, dict[str, Source]]:
        """Where each name comes from, by module.

        Raises:
            SubmissionError: two files answer the same, and differ.
        """
        return {
            module: {top: self._source(module, top, parts) for top, parts in by_class(names).items()}
            for module, names in self.wanted.items()
        }

    def _source(self, module: str, top: str, parts: Sequence[str]) -> Source:
        sources = [source for source in self.sources if source.notebook or source.module == module]
        ranks = {source.module: source.rank(top, parts) for source in sources}
        best = [source for source in sources if ranks[source.module] is max(ranks.values())]
        preferred = [source for source in best if source.kind == self.prefer] or best
        if ranks[best[0].module] is Rank.ANSWER:
            check_equal(preferred, top, [part for part in parts if self.wanted[module][part]])
        return preferred[0]

    @cached_property
    def used(self) -> dict[str, ModuleText]:
        """The notebooks that count, by module, as they are run."""
        names = [name for names in self.wanted.values() for name in names]
        used = {source.module for sources in self.chosen.values() for source in sources.values()}
        notebooks = {source.module: source.notebook for source in self.sources if source.module in used}
        return {name: to_module(n, names, run_all=self.run_all) for name, n in notebooks.items() if n}

    def as_modules(self, prefix: str) -> dict[str, Module]:
        """Return everything that the box loads; ``prefix`` begins the names of files."""
        found = dict(self.modules)
        for name, text in self.used.items():
            units = tuple(Unit(f"{prefix}{text.name}#{cell.number}", cell.source) for cell in text.cells)
            found[name] = Module(name, units, cells=True)
        for name, sources in self.chosen.items():
            taken = {top: source for top, source in sources.items() if source.notebook}
            if taken:
                found[name] = with_taken(self.modules.get(name, Module(name)), taken, sources)
        return found

    def notices(self) -> Iterator[Notice]:
        """Yield what a reader should know of what is not run."""
        chosen = [(top, source) for sources in self.chosen.values() for top, source in sources.items()]
        told = [s.lost[top].place for top, s in chosen if top in s.lost and top not in s.definitions]
        for text in self.used.values():
            yield from notices_of(text, {(p.cell, p.line) for p in told if p and p.file == text.name})


def by_class(names: Iterable[str]) -> dict[str, list[str]]:
    """Put names together that are parts of the same class."""
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(name.partition(".")[0], []).append(name)
    return found


def check_equal(sources: Sequence[Source], top: str, parts: Sequence[str]) -> None:
    """Demand that all answers are the same, where ``parts`` are asked for.

    Raises:
        SubmissionError: naming two files that are not.
    """
    first = sources[0]
    for other in sources[1:] if parts else ():
        if not other.means_same(first, top):
            both = f"{first.label} and {other.label} both answer {parts[-1]}, and not alike"
            if first.kind is other.kind:
                raise SubmissionError(f"{both}; remove one of them, or grade one file by its name")
            raise SubmissionError(f"{both}; remove one, or choose with --prefer module or --prefer notebook")


def with_taken(module: Module, taken: Mapping[str, Source], sources: Mapping[str, Source]) -> Module:
    """Return a module that has some of its names from notebooks."""
    lost = {top: source.lost[top] for top, source in taken.items() if top in source.lost}
    own = {top: source for top, source in sources.items() if top not in taken}
    problem = next((source.problem for source in own.values() if source.problem), module.problem)
    if problem:  # what is not Python cannot keep what a notebook has from being run
        return Module(module.name, taken=names_of(taken), lost=lost | dict.fromkeys(own, problem))
    return replace(module, taken=names_of(taken), lost=lost)


def names_of(taken: Mapping[str, Source]) -> dict[str, str]:
    """Return the names of modules in place of sources."""
    return {top: source.module for top, source in taken.items()}


# -- what is not run --------------------------------------------------------------------------------------


def notices_of(text: ModuleText, told: Collection[tuple[int | None, int]]) -> Iterator[Notice]:
    """Yield what a reader should know of what is not run of a notebook, less the cells and lines told elsewhere."""
    left = [skipped for skipped in text.skipped if (skipped.number, skipped.line) not in told]
    by_why: dict[Why, list[Skipped]] = {why: [s for s in left if s.why is why] for why in Why}
    for why, kind in ((Why.NOT_PYTHON, "cell_not_python"), (Why.RESULT, "cell_result")):
        for skipped in by_why[why][:MOST]:
            place = {"file": text.name, "cell": str(skipped.number), "line": str(skipped.line)}
            yield Notice(kind, {**place, "what": skipped.what, "said": skipped.detail})
    commands = dict.fromkeys((command_name(skipped.what), skipped.number) for skipped in by_why[Why.COMMAND])
    if commands:
        listed = [f"{what} (cell {number})" for what, number in commands]
        more = [f"{len(listed) - MANY} more"] if len(listed) > MANY else []
        yield Notice("commands_ignored", {"file": text.name, "what": ", ".join([*listed[:MANY], *more])})
    cells = {s.number for why in (Why.SHOWS, Why.UNNEEDED, Why.SCRIPT) for s in by_why[why]}
    if cells:
        run = {cell.number for cell in text.cells}
        whole, parts = sorted(cells - run), sorted(cells & run)
        yield Notice("cells_left_out", {"file": text.name, "cells": numbers(whole), "parts": numbers(parts)})


def command_name(text: str) -> str:
    """Return a command's first word; all of it where it installs something, which somebody may look for."""
    words = text.replace("! ", "!", 1).split()
    return " ".join(words[:6] if "install" in words else words[:1])


def numbers(values: Sequence[int]) -> str:
    """Return whole numbers as text, runs of them shortened: ``1, 3-5``."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    listed = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ", ".join([*listed[:MOST_RUNS], *(["and more"] if len(listed) > MOST_RUNS else [])])
