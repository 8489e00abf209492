"""Read what a learner handed in.

In comes a path, or the cells of a notebook that is open, and the names that the course asks for; out goes a
``Submission``: the course's modules, and of the files beside them those that they import. It is text until a box
runs it: nothing in this package imports or executes it. To find your way:

    files.py, archive.py        what lies in a folder or a zip, within bounds
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

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.model import Module, Notice, Prefer, Submission
from grader.submission.files import Member, member, neighbours, walk
from grader.submission.labels import PREFIX
from grader.submission.modules import add_helpers, main_folders, python_files, read_module, written_files

if TYPE_CHECKING:
    from grader.submission.notebook import Notebook

MAX_NOTEBOOKS = 20

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
