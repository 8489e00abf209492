"""Read what a learner handed in.

In comes a path, or the cells of a notebook that is open, and the names that the course asks for; out goes a
``Submission``: the course's modules, and of the files beside them those that they import. It is text until a box
runs it: nothing in this package imports or executes it. To find your way:

    bounds.py                   how much is read of all that follows
    files.py, archive.py        what lies in a folder or a zip; no link leads out of it
    modules.py                  which files are modules, and what they import
    ipynb.py                    a notebook's JSON -> its cells
    ipython.py, cells.py        a cell -> Python, without magics -> statements
    notebook.py                 a notebook -> a module
    choice.py                   which statements of a notebook run
    statements.py               what a statement does, and its text
    definitions.py              what a text defines
    answers.py                  which file answers what, where several could
    labels.py                   the names of files and cells, in the box and in a report
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.model import Module, Notice, Prefer, Submission
from grader.submission.bounds import MAX_FILE, MAX_NOTEBOOKS, MIB, Budget
from grader.submission.files import Found, Member, named, neighbours, walk
from grader.submission.labels import PREFIX
from grader.submission.modules import add_helpers, main_folders, python_files, read_module, written_files

if TYPE_CHECKING:
    from grader.submission.notebook import Notebook

MAX_NOTICES = 10  # of a kind; a report is not a list of everything
CLOSE_NAMES, CLOSE_LENGTH = 200, 80  # names, and characters of each, among which a misspelt one is looked for

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
    check_exists(path)
    budget = Budget()
    found_here, beside = files_of(path)
    files = found_here.members
    notebooks, unread = read_notebooks([file for file in files if file.name.lower().endswith(".ipynb")], budget)
    problems = [*unread, *found_here.problems]
    homes = main_folders(files, wanted) if is_zip(path) else [""]
    own = python_files(files, homes)
    here = [notebook for notebook in notebooks if path.is_file() or "/" not in notebook.name]
    if not own.keys() & wanted.keys() and not here and (not notebooks or main_folders(files, wanted)):
        raise problems[0] if problems else SubmissionError(nothing_found(path, wanted, files))
    own = written_files(notebooks) | own
    found = {name: read_module(name, own[name], budget) for name in wanted if name in own}
    folders = [PurePosixPath(notebook.name).parent.as_posix() for notebook in notebooks]
    helpers = own | python_files([*files, *beside.members], [*homes, "", *folders])
    # sys.path.append("src") makes what is in other folders modules, too; but never the course's.
    anywhere = python_files(files, sorted({PurePosixPath(file.name).parent.as_posix() for file in files}))
    helpers |= {name: file for name, file in anywhere.items() if name not in helpers and name not in wanted}
    if not notebooks and not path.is_dir():
        helpers = {name: file for name, file in helpers.items() if name not in wanted}
    root = path.parent if path.is_file() and not is_zip(path) else path
    if notebooks and not path.is_dir() and not is_zip(path):
        prefer = prefer or Prefer.NOTEBOOK
    told = [Notice("not_read", {"what": str(problem)}) for problem in (*problems, *beside.problems)]
    who = student or path.resolve().stem
    return assemble(who, root, found, helpers, notebooks, wanted, budget, prefer=prefer, run_all=run_all, notices=told)


def read_cells(cells: Iterable[tuple[int, str]], name: str, folder: Path, wanted: Wanted) -> Submission:
    """Read the cells of a notebook that is open, in the order in which they ran.

    Args:
        cells: their numbers and texts; of very many the last ones count.
        name: what to call the notebook.
        folder: where it is: it may import modules from there.
        wanted: the course's modules and names.
    """
    from grader.submission.cells import CodeCell
    from grader.submission.notebook import Notebook, latest

    budget = Budget()
    notebooks = [Notebook(name, latest([CodeCell(*cell) for cell in cells], budget))]
    helpers = written_files(notebooks) | python_files(neighbours(folder).members, [""])
    return assemble(name, folder, {}, helpers, notebooks, wanted, budget, prefer=Prefer.NOTEBOOK)


def assemble(
    student: str,
    root: Path,
    found: dict[str, Module],
    helpers: Mapping[str, Member],
    notebooks: Sequence[Notebook],
    wanted: Wanted,
    budget: Budget,
    *,
    prefer: Prefer | None,
    run_all: bool = False,
    notices: Sequence[Notice] = (),
) -> Submission:
    """Put modules, what they import, and notebooks together.

    Raises:
        SubmissionError: two of them answer the same, and differ.
    """
    add_helpers(found, notebooks, helpers, budget)
    lost = [module.problem for name, module in found.items() if name not in wanted and module.problem]
    told = [*at_most(notices), *at_most([Notice(problem.kind, problem.values) for problem in lost])]
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


def check_exists(path: Path) -> None:
    """Look whether there is anything at a path.

    Raises:
        SubmissionError: there is not, or it cannot be known.
    """
    try:
        path.stat()
    except PermissionError as error:
        raise SubmissionError(f"{path}: {error.strerror}; it cannot be looked at") from error
    except (OSError, ValueError) as error:
        raise SubmissionError(f"{path}: there is no such file or folder{suggestion(path)}") from error


def files_of(path: Path) -> tuple[Found, Found]:
    """Return the files that were handed in, and those beside them that they may import.

    Raises:
        SubmissionError: nothing of this kind can be graded.
    """
    if path.is_dir():
        return walk(path), Found()
    if is_zip(path):
        from grader.submission.archive import zip_members

        return Found(zip_members(path)), Found()
    if not path.is_file() or path.suffix.lower() not in (".py", ".ipynb"):
        raise SubmissionError(f"{path}: a folder, a zip, a .py or .ipynb file can be graded; this is none of them")
    return Found([named(path)]), neighbours(path.parent)


# -- notebooks --------------------------------------------------------------------------------------------


def read_notebooks(files: Sequence[Member], budget: Budget) -> tuple[list[Notebook], list[SubmissionError]]:
    """Read notebooks; return why some of them cannot be read, too.

    Raises:
        SubmissionError: there are too many.
    """
    if not files:
        return [], []
    from grader.submission.notebook import read_notebook

    if len(files) > MAX_NOTEBOOKS:
        raise SubmissionError(f"{files[0].name}: one of more than {MAX_NOTEBOOKS} notebooks; name the one to be graded")
    notebooks: list[Notebook] = []
    problems: list[SubmissionError] = []
    for file in files:
        try:
            if file.size > MAX_FILE:
                raise SubmissionError(f"{file.name}: larger than {MAX_FILE // MIB} MiB; clear all outputs, and save it")
            if not budget.takes_notebook(file.size):
                raise SubmissionError(
                    f"{file.name}: too much beside the other notebooks; clear all outputs, and save it"
                )
            notebooks.append(read_notebook(file.read(), file.name, budget))
        except SubmissionError as error:
            problems.append(error)
        except OSError as error:
            problems.append(SubmissionError(f"{file.name}: {error.strerror or error}; it cannot be read"))
    return notebooks, problems


# -- words ------------------------------------------------------------------------------------------------


def digest(modules: dict[str, Module]) -> str:
    """Return the SHA-256 of all names and texts, in hexadecimal."""
    total = hashlib.sha256()
    for name in sorted(modules):
        for part in (name, modules[name].text):
            data = part.encode("utf-8", "surrogatepass")
            total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def at_most(notices: Sequence[Notice]) -> list[Notice]:
    """Return the first of many notices, and how many there are besides."""
    rest = len(notices) - MAX_NOTICES
    return [*notices[:MAX_NOTICES], *([Notice("more_not_read", {"count": str(rest)})] if rest > 0 else [])]


def suggestion(path: Path) -> str:
    """Return a hint at a sibling with nearly that name, where there are not too many."""
    import difflib

    names: list[str] = []
    with contextlib.suppress(OSError, ValueError), os.scandir(path.parent) as listed:
        names = [entry.name for entry in islice(listed, CLOSE_NAMES)]
    short = [name for name in names if name != path.name and len(name) <= CLOSE_LENGTH]
    close = difflib.get_close_matches(path.name, sorted(short), 1) if len(path.name) <= CLOSE_LENGTH else []
    return f"; did you mean {(path.parent / close[0]).as_posix()}?" if close else ""


def nothing_found(path: Path, wanted: Wanted, files: Sequence[Member]) -> str:
    """Return the sentence for a path without any of the course's modules."""
    asked = ", ".join(f"{name}.py" for name in wanted)
    if path.is_file() and not is_zip(path):
        return f"{path}: this is none of the course's modules, which are {asked}"
    near = [path / folder for folder in main_folders(files, wanted)]
    inside = path / "assignments"
    if not near and inside.is_dir() and not inside.is_symlink():
        near = [inside]
    hint = f"; did you mean {near[0].as_posix()}/?" if near else f"; the course asks for {asked}, or a notebook"
    empty = path.is_dir() and not any(path.iterdir())
    return f"{path}: {'the folder is empty' if empty else 'no exercise is in it'}{hint}"
