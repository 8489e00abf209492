"""Write what students get: the stubs of a course's modules, a notebook of them, and a README."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from grader.authoring.carried import CARRIED, carried_files
from grader.authoring.chapters import CellKind, Chapter, ExtraCell
from grader.authoring.course import BUILT_IN, GIVEN, Course
from grader.authoring.notebooks import to_notebook
from grader.authoring.placing import place, write
from grader.authoring.stubs import cut_solutions
from grader.errors import CourseError, StubError, UsageError
from grader.submission.given import given_parts


def release_files(course: Course) -> dict[str, str]:
    """Return everything that students get, by relative path.

    Raises:
        UsageError: the solutions are not here.
        StubError: a solution cannot be cut.
        CourseError: the modules cannot be put into one notebook.
    """
    if course.solutions is None:
        why = "a release is made of the reference solutions, which are not here"
        raise UsageError(f"{course.title}: {why}; say where with --solutions DIR")
    notebook = f"notebooks/{re.sub('[^a-z0-9]+', '-', course.title.lower()).strip('-')}.ipynb"
    files = {"README.md": readme(course, notebook)}
    for module in course.given:
        path = course.solutions / f"{module}.py"
        try:
            files[f"{module}.py"] = cut_solutions(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise StubError(f"{path}: {error.strerror}; every module of course.toml needs a solution") from error
    files[notebook] = notebook_of(course, {module: files[f"{module}.py"] for module in course.given})
    return files | carried_files(course, given_text(course, files))


def notebook_of(course: Course, sources: Mapping[str, str]) -> str:
    """Return the course's notebook with these texts of its modules.

    Raises:
        CourseError: they cannot be put into one notebook, or it would not be a valid one.
    """
    import nbformat

    extra = {
        module: tuple(ExtraCell(c.id, CellKind(c.kind), c.source.strip()) for c in course.cells if c.module == module)
        for module in course.given
    }
    chapters = [Chapter(m, sources[m], tuple(course.asked[m]), course.formulas, extra[m]) for m in course.given]
    check = course.folder == BUILT_IN.resolve()  # the course that %grade knows
    intro = INTRO.format(title=course.title) + (CHECKING if check else "")
    text = to_notebook(chapters, intro=intro, check=check)
    try:
        nbformat.validate(json.loads(text))
    except nbformat.ValidationError as error:
        raise CourseError(f"{course.title}: the notebook would not be valid: {error}") from error
    return text


def given_text(course: Course, files: Mapping[str, str]) -> str:
    """Return the text of ``given.json``: what the stubs among some files give, by module and name."""
    parts = {module: given_parts(files[f"{module}.py"]) for module in course.given}
    return json.dumps({module: found for module, found in parts.items() if found}, indent=1, ensure_ascii=False) + "\n"


def write_release(course: Course, folder: Path, *, force: bool = False) -> tuple[list[Path], list[Path]]:
    """Write everything that students get, and beside course.toml what of it is given.

    Args:
        course: whose release it is.
        folder: where students' files go.
        force: keep a copy of what is in the way, instead of refusing.

    Returns:
        The students' files, and the copies that were kept.

    Raises:
        UsageError: a person's file is in the way, the folder cannot be written, or the solutions are not here.
        StubError: a solution cannot be cut.
        CourseError: the modules cannot be put into one notebook.
    """
    files = release_files(course)
    kept = place(files, folder, force=force)
    write_given(course, given_text(course, files))
    return [folder / name for name in files], kept


def write_given(course: Course, text: str) -> None:
    """Write ``given.json``, if it does not say so already.

    Raises:
        UsageError: it cannot be written.
    """
    path = course.folder / GIVEN
    try:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write(path, text)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; the release is written, this file belongs to it") from error


def readme(course: Course, notebook: str) -> str:
    """Return the README for students."""
    rows = [
        f"| `{exercise.module}.py` | {exercise.title} | {exercise.section or ''} | {exercise.points} |"
        for exercise in course.exercises
    ]
    total = sum(exercise.points for exercise in course.exercises)
    command, more = ("grade", "") if course.folder == BUILT_IN.resolve() else (f"grade --course {CARRIED}", CARRYING)
    words = {"title": course.title, "total": total, "notebook": notebook, "command": command, "more": more}
    return README.format(rows="\n".join(rows), **words)


README = """\
# {title}: exercises

Each file here is a stub: what is given works, and what you write is marked with `TODO`.
Replace the line `raise NotImplementedError(...)` below a `TODO` with your answer.

    pip install dlfs-grader
    {command}

in this folder prints what is right, what is wrong and where, and what to do next. Run it as often as you like.
{more}Further checks run when your instructor grades; a right answer passes them too.

Do you prefer a notebook? `{notebook}` has the same exercises. Write each answer in one place
only: an answer counts more than a stub, whichever file it is in.

| file | exercise | section | points |
|---|---|---|---|
{rows}
| | | | {total} |
"""

CARRYING = f"""\
The checks are programs, in `{CARRIED}/`, so you name them once; after that `grade` alone uses them.
"""

INTRO = """\
# {title}

What is given works; what you write is marked with `TODO`. Replace the line `raise NotImplementedError(...)` below a
`TODO` with your answer."""

CHECKING = """ Run the cell, then run the cell below it: it says what is right, what is wrong
and where, and what to do next.

The next cell loads the grader. Where it is not installed, as on Colab, run `%pip install dlfs-grader` before."""
