"""Read notebooks, and write the course's modules as one.

A notebook is text until a box runs it: nothing here imports or executes it. Its cells become Python once, with
their lines where they were, and everything after this sees only modules. What a notebook shows is dropped as it
is read, and its metadata decides nothing about a grade.

The course is one notebook whose chapters follow each other, since a module that imports another one's answers
has nothing to import them from in a notebook.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from itertools import dropwhile, pairwise
from typing import Any

from grader.errors import CourseError, SubmissionError
from grader.submission.definitions import (
    NOT_PYTHON,
    Definition,
    Namespace,
    Statement,
    Why,
    blank_out,
    check_compiles,
    choose,
    is_script,
    parse,
    read_statement,
    span,
    statement_text,
)
from grader.submission.ipython import WrittenFile, to_python

MAX_BYTES = 64 << 20  # outputs included: a notebook with 50 MB of pictures is read
MAX_VALUES = 1 << 20  # lists and objects; each takes some hundred bytes of memory for two of the file
MAX_CODE = 1 << 20  # characters of code in all cells together
MAX_LINES = 10_000  # of code in all cells together
MAX_WHAT = 80  # characters of a statement that was left out, in a report
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
SURROGATE = re.compile("[\ud800-\udfff]")

Json = Any


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
class ModuleText:
    """A notebook as the box runs it: cell after cell, in one namespace."""

    name: str
    cells: tuple[CodeCell, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """A cell as Python: its statements, and what could not be one."""

    number: int
    source: str
    statements: tuple[Statement, ...] = ()
    broken: tuple[ast.stmt, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    written: tuple[WrittenFile, ...] = ()


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
        files: dict[str, WrittenFile] = {}
        for file in (file for cell in self.parsed for file in cell.written):
            before = files[file.name].text if file.appended and file.name in files else ""
            files[file.name] = WrittenFile(file.name, before + file.text)
        return tuple(files.values())


# -- reading ----------------------------------------------------------------------------------------------


def read_notebook(text: str | bytes, name: str) -> Notebook:
    """Read a notebook of version 3 or 4, leniently.

    Args:
        text: the file.
        name: what to call it in messages.

    Raises:
        SubmissionError: it is no notebook, or too large to be one that somebody wrote.
    """
    sources = [source_of(cell) for cell in read_cells(text, name) if cell.get("cell_type") == "code"]
    lines = sum(source.count("\n") + source.count(";") + 1 for source in sources)
    if sum(map(len, sources)) > MAX_CODE or lines > MAX_LINES:
        raise SubmissionError(
            f"{name}: more than {MAX_CODE >> 20} MiB or {MAX_LINES:,} lines of code: more than answers"
        )
    return Notebook(name, tuple(CodeCell(i, source) for i, source in enumerate(filter(str.strip, sources), 1)))


def read_cells(text: str | bytes, name: str) -> list[dict[str, Json]]:
    """Return a notebook's cells without their outputs.

    Raises:
        SubmissionError: it is no notebook.
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    if len(text) > MAX_BYTES or (brackets(text) > MAX_VALUES and brackets(STRING.sub(b"", text)) > MAX_VALUES):
        raise SubmissionError(
            f"{name}: the outputs are too large to read; clear all outputs, save, and hand it in again"
        )
    try:
        content = json.loads(text, object_hook=without_output)
    except RecursionError as error:
        raise SubmissionError(f"{name}: nested too deeply to be a notebook") from error
    except ValueError as error:
        raise SubmissionError(f"{name}{why_no_json(text, error)}") from error
    cells = cells_of(content)
    if cells is None:
        raise SubmissionError(f"{name}: this is JSON, but no notebook: it has no list of cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def brackets(text: bytes) -> int:
    """Count what may begin a list or an object."""
    return text.count(b"[") + text.count(b"{")


def without_output(found: dict[str, Json]) -> dict[str, Json] | None:
    """Drop what a cell shows as soon as it is read: it may be most of the file."""
    if "output_type" in found:
        return None
    found.pop("outputs", None)
    found.pop("attachments", None)
    return found


def why_no_json(text: bytes, error: ValueError) -> str:
    """Return the sentence for a file that is not JSON, from its line number on."""
    if not text.strip():
        return ": the file is empty; save the notebook, and hand it in again"
    if conflict := re.search(rb"^<<<<<<<", text, re.MULTILINE):
        line = text.count(b"\n", 0, conflict.start()) + 1
        return f":{line}: a merge conflict was left in the file (<<<<<<<); settle it, and save the notebook again"
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body)\b", text, re.IGNORECASE):
        return ": this is a web page, not the notebook; download the notebook itself (its raw file)"
    place = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"{place}: this is no notebook, since it is not JSON; save it again from Jupyter or Colab"


def cells_of(content: Json) -> list[Json] | None:
    """Return the cells of version 4, or of version 3's worksheets."""
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return list(content["cells"])
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return None
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def source_of(cell: Mapping[str, Json]) -> str:
    """Return a cell's text: a string or a list of them; version 3 calls it ``input``."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    return SURROGATE.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))


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


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a mere constant, as a docstring is."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def not_python(number: int, source: str, error: BaseException) -> Skipped:
    """Describe a cell that cannot be parsed."""
    line = (error.lineno or 1) if isinstance(error, SyntaxError) else 1
    lines = source.split("\n")
    what = lines[line - 1] if line <= len(lines) else ""
    return Skipped(number, line, shortened(what), Why.NOT_PYTHON, sentence(error))


def sentence(error: BaseException) -> str:
    """Return what Python says, without the place."""
    return str(error.msg if isinstance(error, SyntaxError) else error) or type(error).__name__


def shortened(text: str) -> str:
    """Return the first line of a statement, at most as long as a report's line."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= MAX_WHAT else first[: MAX_WHAT - 2] + " …"


# -- a notebook as a module -------------------------------------------------------------------------------


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


# -- writing ----------------------------------------------------------------------------------------------

ABOVE = "# defined above: "  # begins a line that imports from another chapter
BETWEEN = 3  # line ends from one cell's source to the next, where the cell does not say otherwise
MAX_ID = 64
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


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


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a module that becomes one code cell, and the line ends after it."""

    source: str
    newlines: int
    nodes: tuple[ast.stmt, ...]


def to_notebook(chapters: Sequence[Chapter], *, intro: str = "", check: bool = True) -> str:
    """Write modules as one notebook of version 4.5, its bytes a function of its arguments.

    Each function and class gets a text cell, its code, and, where it is asked for, a cell that checks it. An
    import from an earlier chapter becomes a comment, since the name is defined further up.

    Args:
        chapters: the modules, each after those that it imports.
        intro: Markdown for the first cell.
        check: write the cells that check the exercises.

    Raises:
        CourseError: the chapters cannot share one namespace, or could not be told apart again.
    """
    check_names(chapters)
    writer = Writer([chapter.name for chapter in chapters])
    if intro:
        writer.markdown("intro", intro)
    if check:
        writer.code("load-grader", "%load_ext grader")
    for chapter in chapters:
        write_chapter(writer, chapter, check)
    text = as_json(writer.cells)
    if to_module_sources(text) != {chapter.name: chapter.source for chapter in chapters}:
        raise CourseError(f"{', '.join(writer.modules)}: a notebook made of these would not give them back")
    return text


def as_json(cells: Sequence[Json]) -> str:
    """Return a notebook file: sorted keys, one blank of indentation, as Jupyter saves it."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class Writer:
    """Collects cells, and gives each an id of its own."""

    def __init__(self, modules: Sequence[str]) -> None:
        self.modules = modules
        self.cells: list[dict[str, Json]] = []
        self._ids: set[str] = set()

    def code(self, name: str, source: str, **notes: Json) -> None:
        """Add a code cell; without notes it is one that no module has."""
        self._add(name, CellKind.CODE, source, notes)
        self.cells[-1] |= {"execution_count": None, "outputs": []}

    def markdown(self, name: str, source: str, **notes: Json) -> None:
        """Add a text cell."""
        self._add(name, CellKind.MARKDOWN, source, notes)

    def _add(self, name: str, kind: CellKind, source: str, notes: dict[str, Json]) -> None:
        self.cells.append(
            {
                "cell_type": kind.value,
                "id": self._new_id(name),
                "metadata": {"grader": notes or {"generated": True}},
                "source": re.findall(r"[^\n]*\n|[^\n]+", source),
            }
        )

    def _new_id(self, name: str) -> str:
        slug = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-")[:MAX_ID] or "cell"
        found, count = slug, 1
        while found in self._ids:
            count += 1
            found = f"{slug[: MAX_ID - 1 - len(str(count))]}-{count}"
        self._ids.add(found)
        return found


def write_chapter(writer: Writer, chapter: Chapter, check: bool) -> None:
    """Write one module: its title, its pieces, and what only the notebook has."""
    tree = parse(chapter.source)
    head, pieces = split_module(chapter.source, tree)
    writer.markdown(chapter.name, title(chapter.name, tree), module=chapter.name, head=head)
    exercises = holes(tree) if chapter.exercises is None else chapter.exercises
    for i, piece in enumerate(pieces):
        name = f"{chapter.name}-{piece_name(piece)}"
        asked = [e for node in piece.nodes for e in exercises if e.partition(".")[0] == getattr(node, "name", None)]
        for node in piece.nodes:
            if isinstance(node, DEFINITIONS):
                writer.markdown(f"{name}-text", explanation(node, asked, chapter.formulas))
        source, above = without_course_imports(piece, writer.modules)
        usual = BETWEEN if i < len(pieces) - 1 else 1
        odd = {"newlines": piece.newlines} if piece.newlines != usual else {}
        writer.code(name, source, module=chapter.name, **odd, **above)
        if asked and check:
            writer.code(f"{name}-check", f"%grade {asked[0] if len(asked) == 1 else asked[0].partition('.')[0]}")
    for extra in chapter.extra_cells:
        (writer.code if extra.kind is CellKind.CODE else writer.markdown)(extra.id, extra.source)


def holes(tree: ast.Module) -> tuple[str, ...]:
    """Return the functions and methods that are still to be written."""
    found = Namespace().add(tree.body).definitions()
    owners = {name.partition(".")[0] for name in found if "." in name}
    return tuple(name for name, definition in found.items() if definition.is_stub and name not in owners)


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


def without_course_imports(piece: Piece, modules: Collection[str]) -> tuple[str, dict[str, Json]]:
    """Turn imports from other chapters into comments; say so in the cell's notes.

    Raises:
        CourseError: the import gives a chapter's name another meaning than it has in the notebook.
    """
    lines = piece.source.split("\n")
    imports = [node for node in parse(piece.source).body if is_course_import(node, modules)]
    for node in imports:
        for line in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[line] = ABOVE + lines[line]
    return "\n".join(lines), {"above": True} if imports else {}


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


# -- words ------------------------------------------------------------------------------------------------


def title(name: str, tree: ast.Module) -> str:
    """Return a chapter's first text: its module's docstring, whose first line is the heading."""
    heading, _, rest = (ast.get_docstring(tree) or name).partition("\n")
    return as_markdown(f"# {heading.rstrip('.')}\n{rest}".rstrip())


def explanation(node: ast.stmt, asked: Sequence[str], formulas: Mapping[str, str]) -> str:
    """Return the text above a definition: what it does and its formula, and the same for each method asked for."""
    assert isinstance(node, DEFINITIONS)  # noqa: S101 - for the type checker
    methods = {f"{node.name}.{m.name}": m for m in node.body if isinstance(m, ast.FunctionDef)}
    parts = [f"## {node.name}", *words(node, formulas.get(node.name))]
    for name in asked:
        if name in methods:
            parts += [f"**{name}**", *words(methods[name], formulas.get(name))]
    return "\n\n".join(parts)


def words(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, latex: str | None) -> list[str]:
    """Return a docstring's summary, and the formula: as LaTeX where there is some, else as the docstring has it."""
    paragraphs = re.split(r"\n\s*\n", ast.get_docstring(node) or "")
    parts = [as_markdown(paragraphs[0])] if paragraphs[0] else []
    if latex:
        return [*parts, f"$$\n{latex.strip()}\n$$"]
    block = paragraphs[1] if len(paragraphs) > 1 else ""
    if block and all(line.startswith("    ") for line in block.split("\n")):
        parts.append(f"```text\n{textwrap.dedent(block)}\n```")
    return parts


def as_markdown(text: str) -> str:
    """Return a docstring's words as Markdown, which marks code by one backtick."""
    return text.replace("``", "`")


# -- back to modules --------------------------------------------------------------------------------------


def to_module_sources(text: str | bytes, name: str = "notebook") -> dict[str, str]:
    """Return the modules that a notebook of ours was made of, byte for byte where nobody edited it.

    Code cells that somebody added belong to the chapter they are in.

    Raises:
        SubmissionError: it is no notebook.
    """
    heads: dict[str, str] = {}
    parts: dict[str, list[tuple[str, int | None]]] = {}
    module = ""
    for cell in read_cells(text, name):
        notes = notes_of(cell)
        if notes.get("generated"):
            continue
        module = str(notes.get("module", module))
        source = source_of(cell)
        if cell.get("cell_type") == "markdown" and isinstance(notes.get("head"), str):
            heads[module] = notes["head"]
        elif cell.get("cell_type") == "code":
            newlines = notes.get("newlines")
            source = re.sub(f"^{ABOVE}", "", source, flags=re.MULTILINE) if notes.get("above") else source
            parts.setdefault(module, []).append((source, newlines if isinstance(newlines, int) else None))
    return {name: heads.get(name, "") + joined(parts.get(name, [])) for name in {**heads, **parts} if name}


def joined(parts: Sequence[tuple[str, int | None]]) -> str:
    """Put the pieces of a module together, each with the line ends after it."""
    last = len(parts) - 1
    usual = (1 if i == last else BETWEEN for i in range(len(parts)))
    return "".join(
        source + "\n" * (default if n is None else n) for (source, n), default in zip(parts, usual, strict=True)
    )


def notes_of(cell: Mapping[str, Json]) -> dict[str, Json]:
    """Return what we noted on a cell when we wrote it."""
    metadata = cell.get("metadata")
    notes = metadata.get("grader") if isinstance(metadata, dict) else None
    return notes if isinstance(notes, dict) else {}
