"""Write the course's modules as one notebook, and read them back from it.

The course is one notebook whose chapters follow each other, since a module that imports another one's answers
has nothing to import them from in a notebook.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence

from grader.authoring.chapters import ABOVE, CellKind, Chapter, check_names, without_course_imports
from grader.authoring.pieces import piece_name, split_module
from grader.authoring.texts import explanation, title
from grader.errors import CourseError
from grader.submission.definitions import DEFINITIONS, Namespace, is_script, parse
from grader.submission.ipynb import Json, read_cells, source_of

BETWEEN = 3  # line ends from one cell's source to the next, where the cell does not say otherwise
MAX_ID = 64


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
        source, above = without_course_imports(piece.source, writer.modules)
        usual = BETWEEN if i < len(pieces) - 1 else 1
        notes = ({"newlines": piece.newlines} if piece.newlines != usual else {}) | ({"above": True} if above else {})
        if len(piece.nodes) == 1 and is_script(piece.nodes[0]) and (wrapped := surviving(source)):
            source, notes = wrapped, notes | {"script": True}
        writer.code(name, source, module=chapter.name, **notes)
        if asked and check:
            writer.code(f"{name}-check", f"%grade {asked[0] if len(asked) == 1 else asked[0].partition('.')[0]}")
    for extra in chapter.extra_cells:
        (writer.code if extra.kind is CellKind.CODE else writer.markdown)(extra.id, extra.source)


def holes(tree: ast.Module) -> tuple[str, ...]:
    """Return the functions and methods that are still to be written."""
    found = Namespace().add(tree.body).definitions()
    owners = {name.partition(".")[0] for name in found if "." in name}
    return tuple(name for name, definition in found.items() if definition.is_stub and name not in owners)


# -- a script in a notebook whose stubs are still to be written -----------------------------------------------

TRY = "    try:"
EXCEPT = ["    except NotImplementedError as hole:", '        print(f"{hole} is still to be written")']


def surviving(script: str) -> str:
    """Return ``if __name__ == "__main__":`` so that a stub in it is a sentence, and "Run All" goes on.

    Nothing where it cannot be told from its lines which are inside: it has an ``else``, or is in one line.
    """
    first, *rest = script.split("\n")
    if not rest or not all(line.startswith("    ") or not line for line in rest):
        return ""
    return "\n".join([first, TRY, *(f"    {line}" if line else line for line in rest), *EXCEPT])


def as_written(cell: str) -> str:
    """Return the script that ``surviving`` made a cell of; the cell itself where somebody changed that."""
    first, *rest = cell.split("\n")
    inside = rest[1 : -len(EXCEPT)]
    if rest[:1] != [TRY] or rest[-len(EXCEPT) :] != EXCEPT or not all(not i or i.startswith("    ") for i in inside):
        return cell
    return "\n".join([first, *(line[4:] for line in inside)])


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
            source = as_written(source) if notes.get("script") else source
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
