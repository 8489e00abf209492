"""Read what a learner handed in.

A submission is text until a box runs it: this module never imports or executes it. It reads the course's
modules, the notebooks, and, of the files beside them, those that they import.
"""

from __future__ import annotations

import ast
import codecs
import hashlib
import io
import os
import re
import tokenize
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.model import Finding, Module, Notice, Place, Prefer, Submission, Unit
from grader.submission.definitions import NOT_PYTHON, parse
from grader.submission.files import Member, member, neighbours, walk

if TYPE_CHECKING:
    from grader.submission.notebook import Notebook

MAX_NOTEBOOKS = 20
MAX_BYTES = 2 << 20  # one module; the longest of the book's has 20 KiB
# Python knows others, which are no writing but ciphers, and some that take for ever.
ENCODING = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|cp\d+|shift_jis\w*|euc_\w+|iso2022_\w+|gbk|gb\d+|big5\w*|koi8\w*"
)
PREFIX = "<submission>/"  # begins the file names that the box reports
CELL = re.compile(r"(?P<file>.*\.ipynb)#(?P<cell>\d+)", re.IGNORECASE | re.DOTALL)
PRINTED = re.compile(rf"{PREFIX}([^\n\"]*\.ipynb)#(\d+)(?:\"?, line |:)(\d+)", re.IGNORECASE)

Wanted = Mapping[str, Mapping[str, bool]]


def read_submission(
    path: Path, wanted: Wanted, student: str = "", *, prefer: Prefer | None = None, run_all: bool = False
) -> Submission:
    """Read a folder, a zip, a module or a notebook.

    Args:
        path: what the learner handed in.
        wanted: the course's modules, and of each its names, ``TwoLayerNet.gradient``: is it asked for, or given?
        student: who handed it in; the path's name where nothing is said.
        prefer: where a module and a notebook answer the same, which of them counts; a file that is named counts
            more than one beside it.
        run_all: run all of a notebook, and not only what defines.

    Raises:
        SubmissionError: the path is missing, holds no answer, or two that differ.
    """
    if not os.path.exists(path):  # noqa: PTH110 - Path.exists raises where a name is too long
        raise SubmissionError(f"{path}: there is no such file or folder{suggestion(path)}")
    files, beside = files_of(path)
    notebooks, problems = read_notebooks([file for file in files if file.name.lower().endswith(".ipynb")])
    homes = main_folders(files, wanted) if is_zip(path) else [""]
    own = python_files(files, homes)
    here = [notebook for notebook in notebooks if path.is_file() or "/" not in notebook.name]
    if not own.keys() & wanted.keys() and not here and (not notebooks or main_folders(files, wanted)):
        raise problems[0] if problems else SubmissionError(nothing_found(path, wanted, files))
    own = written_files(notebooks) | own
    found = {name: read_module(name, file) for name, file in own.items() if name in wanted}
    folders = [PurePosixPath(notebook.name).parent.as_posix() for notebook in notebooks]
    helpers = own | python_files([*files, *beside], [*homes, "", *folders])
    # sys.path.append("src") makes what is in other folders modules, too; but never the course's.
    anywhere = python_files(files, sorted({PurePosixPath(file.name).parent.as_posix() for file in files}))
    helpers |= {name: file for name, file in anywhere.items() if name not in helpers and name not in wanted}
    if not notebooks and not path.is_dir():
        helpers = {name: file for name, file in helpers.items() if name not in wanted}
    root = path.parent if path.is_file() and not is_zip(path) else path
    if notebooks and not path.is_dir() and not is_zip(path):
        prefer = prefer or Prefer.NOTEBOOK
    notices = [Notice("not_read", {"what": str(problem)}) for problem in problems]
    who = student or path.resolve().stem
    return assemble(who, root, found, helpers, notebooks, wanted, prefer=prefer, run_all=run_all, notices=notices)


def read_cells(cells: Iterable[tuple[int, str]], name: str, folder: Path, wanted: Wanted) -> Submission:
    """Read the cells of a notebook that is open, in the order in which they ran.

    Args:
        cells: their numbers and texts.
        name: what to call the notebook.
        folder: where it is: it may import modules from there.
        wanted: the course's modules and names.
    """
    from grader.submission.cells import CodeCell
    from grader.submission.notebook import Notebook

    notebooks = [Notebook(name, tuple(CodeCell(*cell) for cell in cells))]
    helpers = written_files(notebooks) | python_files(neighbours(folder), [""])
    return assemble(name, folder, {}, helpers, notebooks, wanted, prefer=Prefer.NOTEBOOK)


def assemble(
    student: str,
    root: Path,
    found: dict[str, Module],
    helpers: Mapping[str, Member],
    notebooks: Sequence[Notebook],
    wanted: Wanted,
    *,
    prefer: Prefer | None,
    run_all: bool = False,
    notices: Sequence[Notice] = (),
) -> Submission:
    """Put modules, what they import, and notebooks together.

    Raises:
        SubmissionError: two of them answer the same, and differ.
    """
    add_helpers(found, notebooks, helpers)
    lost = [module.problem for name, module in found.items() if name not in wanted and module.problem]
    told = [*notices, *(Notice(problem.kind, problem.values) for problem in lost)]
    if notebooks:
        from grader.submission.answers import Answers

        answers = Answers(wanted, found, notebooks, prefer, run_all)
        found = answers.as_modules(PREFIX)
        told += answers.notices()
    return Submission(student, root, found, digest(found), tuple(told))


# -- files ------------------------------------------------------------------------------------------------


def is_zip(path: Path) -> bool:
    """Whether a path is taken for a zip."""
    return path.is_file() and path.suffix.lower() == ".zip"


def files_of(path: Path) -> tuple[list[Member], list[Member]]:
    """Return the files that were handed in, and those beside them that they may import.

    Raises:
        SubmissionError: nothing of this kind can be graded.
    """
    if path.is_dir():
        return list(walk(path)), []
    if is_zip(path):
        from grader.submission.archive import zip_members

        return zip_members(path), []
    if not path.is_file() or path.suffix.lower() not in (".py", ".ipynb"):
        raise SubmissionError(f"{path}: a folder, a zip, a .py or .ipynb file can be graded; this is none of them")
    return [member(path, path.parent)], list(neighbours(path.parent))


def python_files(files: Iterable[Member], folders: Iterable[str]) -> dict[str, Member]:
    """Return Python files by dotted module name, as seen from some folders, the first of which counts most."""
    ranks = {folder: rank for rank, folder in enumerate(dict.fromkeys(folder or "." for folder in folders))}
    python = [file for file in files if file.name.endswith(".py")]
    seen = [
        (ranks[str(folder)], number, module_name(path.relative_to(folder)))
        for number, path in enumerate(PurePosixPath(file.name) for file in python)
        for folder in path.parents
        if str(folder) in ranks
    ]
    found: dict[str, Member] = {}
    for _, number, name in sorted(seen):
        found.setdefault(name, python[number])
    found.pop("", None)
    return found


def module_name(path: PurePosixPath) -> str:
    """Return the dotted name by which a file is imported; nothing where it cannot be."""
    parts = list(path.with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


def main_folders(files: Iterable[Member], wanted: Wanted) -> list[str]:
    """Return the folders that hold modules of the course, those least deep."""
    paths = (PurePosixPath(file.name) for file in files)
    homes = sorted({path.parent for path in paths if path.suffix == ".py" and path.stem in wanted})
    depth = min((len(home.parts) for home in homes), default=0)
    return [home.as_posix() for home in homes if len(home.parts) == depth]


# -- modules ----------------------------------------------------------------------------------------------


def read_module(name: str, file: Member) -> Module:
    """Read one module; what is wrong with it is kept as its problem."""
    label = file.name
    if file.size > MAX_BYTES:
        return Module(name, problem=Finding("too_large", {"file": label, "limit": f"{MAX_BYTES >> 20} MiB"}))
    try:
        data = file.read()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if not ENCODING.fullmatch(codecs.lookup(encoding).name):
            raise SyntaxError(encoding)
        text = data.decode(encoding)
    except (OSError, SubmissionError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return Module(name, problem=Finding("unreadable", {"file": label, "why": why}))
    except (SyntaxError, UnicodeError):
        line = data[: first_bad_byte(data)].count(b"\n") + 1
        return Module(name, problem=Finding("not_utf8", {"file": label}, place=Place(label, line)))
    return Module(name, (Unit(PREFIX + label, text.replace("\r\n", "\n").replace("\r", "\n")),))


def first_bad_byte(data: bytes) -> int:
    """Return where bytes cease to be UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def add_helpers(found: dict[str, Module], notebooks: Sequence[Notebook], helpers: Mapping[str, Member]) -> None:
    """Add the learner's own modules that are imported by what was found, near or far."""
    if helpers.keys() <= found.keys():
        return
    waiting = [imported_names(module.text) for module in found.values()]
    waiting += [names_in(s.node for cell in notebook.parsed for s in cell.statements) for notebook in notebooks]
    while waiting:
        for wanted in waiting.pop():
            for name in [n for n in helpers if n not in found and (n == wanted or n.startswith(wanted + "."))]:
                found[name] = read_module(name, helpers[name])
                waiting.append(imported_names(found[name].text))


def imported_names(text: str) -> set[str]:
    """Return the first parts of what a text imports; nothing where it is not Python."""
    try:
        return names_in([parse(text)])
    except NOT_PYTHON:
        return set()


def names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the first parts of the names of modules that are imported somewhere in syntax trees."""
    names: set[str] = set()
    for node in (inner for tree in nodes for inner in ast.walk(tree)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


# -- notebooks --------------------------------------------------------------------------------------------


def read_notebooks(files: Sequence[Member]) -> tuple[list[Notebook], list[SubmissionError]]:
    """Read notebooks; return why some of them cannot be read, too.

    Raises:
        SubmissionError: there are too many.
    """
    if not files:
        return [], []
    from grader.submission.ipynb import MAX_BYTES
    from grader.submission.notebook import read_notebook

    if len(files) > MAX_NOTEBOOKS:
        raise SubmissionError(f"{files[0].name}: one of more than {MAX_NOTEBOOKS} notebooks; name the one to be graded")
    notebooks: list[Notebook] = []
    problems: list[SubmissionError] = []
    for file in files:
        try:
            if file.size > MAX_BYTES:
                raise SubmissionError(f"{file.name}: larger than {MAX_BYTES >> 20} MiB; clear all outputs, and save it")
            notebooks.append(read_notebook(file.read(), file.name))
        except SubmissionError as error:
            problems.append(error)
        except OSError as error:
            problems.append(SubmissionError(f"{file.name}: {error.strerror or error}; it cannot be read"))
    return notebooks, problems


def written_files(notebooks: Iterable[Notebook]) -> dict[str, Member]:
    """Return the modules that notebooks write by ``%%writefile``, by dotted name."""
    found: dict[str, Member] = {}
    for notebook in notebooks:
        for file in (file for file in notebook.written if file.name.endswith(".py")):
            data = file.text.encode("utf-8", "replace")
            if name := module_name(PurePosixPath(file.name.removeprefix("/content/").removeprefix("./"))):
                found[name] = Member(f"{notebook.name}#{file.name}", len(data), partial(bytes, data))
    return found


def place_in(file: str, line: int, code: str = "", column: int | None = None, function: str = "") -> Place:
    """Return the place that the box calls by ``file`` and ``line``."""
    label = file.removeprefix(PREFIX)
    if cell := CELL.fullmatch(label):
        return Place(cell["file"], line, code, column, int(cell["cell"]), function)
    return Place(label, line, code, column, None, function)


def readable(text: str) -> str:
    """Return what Python printed, with places as a report has them."""
    return PRINTED.sub(r"\1, cell \2, line \3", text).replace(PREFIX, "")


# -- words ------------------------------------------------------------------------------------------------


def digest(modules: dict[str, Module]) -> str:
    """Return the SHA-256 of all names and texts, in hexadecimal."""
    total = hashlib.sha256()
    for name in sorted(modules):
        for part in (name, modules[name].text):
            data = part.encode("utf-8", "surrogatepass")
            total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def suggestion(path: Path) -> str:
    """Return a hint at a sibling with nearly that name."""
    import difflib

    parent = path.parent
    names = [entry.name for entry in parent.iterdir() if entry.name != path.name] if parent.is_dir() else []
    close = difflib.get_close_matches(path.name, names, 1)
    return f"; did you mean {(parent / close[0]).as_posix()}?" if close else ""


def nothing_found(path: Path, wanted: Wanted, files: Sequence[Member]) -> str:
    """Return the sentence for a path without any of the course's modules."""
    asked = ", ".join(f"{name}.py" for name in wanted)
    if path.is_file() and not is_zip(path):
        return f"{path}: this is none of the course's modules, which are {asked}"
    near = [path / folder for folder in main_folders(files, wanted)]
    if not near and (path / "assignments").is_dir():
        near = [path / "assignments"]
    hint = f"; did you mean {near[0].as_posix()}/?" if near else f"; the course asks for {asked}, or a notebook"
    empty = path.is_dir() and not any(path.iterdir())
    return f"{path}: {'the folder is empty' if empty else 'no exercise is in it'}{hint}"
