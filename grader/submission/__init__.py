"""Read what a learner handed in.

In comes a path, or the cells of a notebook that is open, and the names that the course asks for; out goes a
``Submission``: which definition answers what, and the files that those need. It is text until a box
runs it: nothing in this package imports or executes it. To find your way:

    bounds.py                   how much is read of all that follows
    files.py, archive.py        what lies in a folder or a zip; no link leads out of it
    shelf.py                    the files, each read when somebody asks for it
    ipynb.py                    a notebook's JSON -> its cells
    ipython.py, cells.py        a cell -> Python, without magics -> statements
    script.py                   a notebook or a module -> its definitions, and what is run of it
    choice.py                   which statements of a file run
    statements.py               what a statement does, and its text
    definitions.py              what a text defines
    spelling.py                 under which names
    imports.py                  where an import leads to
    chapters.py                 the order in which the book is read
    answers.py, alike.py        which definition answers what, where several could
    needed.py                   what else an answer needs
    notices.py                  what a reader should know of all that
    gathering.py                all of these together
    labels.py                   the names of files and cells, in the box and in a report
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Sequence
from itertools import islice
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Notice, Sought, Submission
from grader.submission.bounds import Budget
from grader.submission.cells import CodeCell
from grader.submission.files import Found, named, neighbours, walk
from grader.submission.gathering import Gathering, is_notebook
from grader.submission.notices import at_most
from grader.submission.script import Script, latest
from grader.submission.shelf import Shelf

CLOSE_NAMES, CLOSE_LENGTH = 200, 80  # names, and characters of each, among which a misspelt one is looked for


def read_submission(
    path: Path, sought: Sought, *, student: str = "", prefer: str = "", run_all: bool = False,
    apart: Collection[str] = (),
) -> Submission:  # fmt: skip
    """Read a folder, a zip, a module or a notebook.

    Args:
        path: what the learner handed in.
        sought: what is looked for.
        student: who handed it in; the path's name where nothing is said.
        prefer: a file or folder in it, whose answers count where others have some as well.
        run_all: run everything, and not only what defines.
        apart: the names of folders in it that have nothing to do with it.

    Raises:
        SubmissionError: the path is missing, or holds no answer, or not what is to be preferred.
    """
    check_exists(path)
    found, beside = files_of(path, apart)
    if is_repository(path):
        raise SubmissionError(f"{path}: did you mean {(path / 'assignments').as_posix()}/?")
    alone = path.is_file() and not is_zip(path)
    root = path.parent if alone else path
    files = [file.name for file in found.members]
    shelf = Shelf([*found.members, *beside.members], Budget())
    own = path.name if alone else preferred(root, prefer, files)
    gathering = Gathering(shelf, sought, own, alone=alone, run_all=run_all)
    gathering.look_into(files)
    if alone and (problem := gathering.shelf.script(path.name).problem) and problem.kind == "not_read":
        raise SubmissionError(problem.values["what"])
    if not gathering.candidates and not any(map(is_notebook, files)):
        raise found.problems[0] if found.problems else SubmissionError(nothing_found(path, sought, files))
    told = at_most([Notice("not_read", {"what": str(problem)}) for problem in (*found.problems, *beside.problems)])
    return gathering.submission(student or path.resolve().stem, root, told)


def read_cells(cells: Iterable[tuple[int, str]], name: str, folder: Path, sought: Sought) -> Submission:
    """Read the cells of a notebook that is open, in the order in which they ran.

    Args:
        cells: their numbers and texts; of very many the last ones count.
        name: what to call the notebook.
        folder: where it is: it may import modules from there.
        sought: what is looked for.
    """
    budget = Budget()
    notebook = Script(name, name, latest([CodeCell(*cell) for cell in cells], budget))
    shelf = Shelf(neighbours(folder).members, budget)
    shelf.put(notebook)
    gathering = Gathering(shelf, sought, name, alone=True)
    shelf.add_written(notebook)
    gathering.candidates = [name, *shelf.written]
    return gathering.submission(name, folder)


def preferred(root: Path, prefer: str, paths: Sequence[str]) -> str:
    """Return the file or folder of a submission that somebody means.

    Raises:
        SubmissionError: there is none.
    """
    if not prefer:
        return ""
    tried = [prefer.replace("\\", "/").removeprefix("./").rstrip("/")]
    with contextlib.suppress(ValueError, OSError):
        tried.append(Path(prefer).resolve().relative_to(root.resolve()).as_posix())
    for name in tried:
        if any(path == name or path.startswith(f"{name}/") for path in paths):
            return name
    raise SubmissionError(f"--prefer {prefer}: {root} has no such file or folder with code")


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


def is_repository(path: Path) -> bool:
    """Whether a folder is that of a whole course, with the answers beside the stubs."""
    return (path / "assignments").is_dir() and (path / "solutions" / "checks").is_dir()


def files_of(path: Path, apart: Collection[str] = ()) -> tuple[Found, Found]:
    """Return the files that were handed in, and those beside them that they may import.

    Raises:
        SubmissionError: nothing of this kind can be graded.
    """
    if path.is_dir():
        return walk(path, apart), Found()
    if is_zip(path):
        from grader.submission.archive import zip_members

        return Found(zip_members(path)), Found()
    if not path.is_file() or path.suffix.lower() not in (".py", ".ipynb"):
        raise SubmissionError(f"{path}: a folder, a zip, a .py or .ipynb file can be graded; this is none of them")
    beside = neighbours(path.parent)
    beside.members = [file for file in beside.members if file.name != path.name]
    return Found([named(path)]), beside


# -- words ------------------------------------------------------------------------------------------------


def suggestion(path: Path) -> str:
    """Return a hint at a sibling with nearly that name, where there are not too many."""
    import difflib

    names: list[str] = []
    with contextlib.suppress(OSError, ValueError), os.scandir(path.parent) as listed:
        names = [entry.name for entry in islice(listed, CLOSE_NAMES)]
    short = [name for name in names if name != path.name and len(name) <= CLOSE_LENGTH]
    close = difflib.get_close_matches(path.name, sorted(short), 1) if len(path.name) <= CLOSE_LENGTH else []
    return f"; did you mean {(path.parent / close[0]).as_posix()}?" if close else ""


def nothing_found(path: Path, sought: Sought, files: Sequence[str]) -> str:
    """Return the sentence for a path in which nothing of the course is defined."""
    names = [name for module in sought.wanted.values() for name, asked in module.items() if asked]
    asked = f"the course asks for {', '.join(dict.fromkeys(name.partition('.')[0] for name in names))}"
    if path.is_file() and not is_zip(path):
        return f"{path}: no exercise is in it; {asked}"
    inside = path / "assignments"
    if inside.is_dir() and not inside.is_symlink():
        return f"{path}: no exercise is in it; did you mean {inside.as_posix()}/?"
    if not files:
        what = (
            "the folder is empty"
            if path.is_dir() and not any(path.iterdir())
            else "no .py file and no notebook is in it"
        )
        return f"{path}: {what}; {asked}"
    return f"{path}: no exercise is in its {len(files)} files; {asked}"
