"""The course that a release carries, so that ``grade`` alone knows what to grade it by.

Checks are programs that run in the grader's process, and a folder of exercises may be a stranger's. So checks that lie
in such a folder run only where somebody names them, ``grade --course .course``. From then on this machine has a copy
of that course, and a folder that carries the very same one is graded by the copy: what lies in the folder only says
which course it is (docs/decisions/0010).
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from pathlib import Path

from platformdirs import user_data_path

from grader.authoring.course import BUILT_IN, GIVEN, Course, load_course
from grader.errors import CourseError, UsageError

CARRIED = ".course"  # hidden, as nothing in it is an answer
SPEC = "course.toml"
FOLDERS = ("checks", "drivers")  # of a course: all that its public checks need
MAX_ENTRIES, MAX_BYTES = 2000, 8 << 20
Texts = dict[str, bytes]  # by relative path


def carried_files(course: Course, given: str) -> dict[str, str]:
    """Return what a release carries of its course, by path in the release; nothing of the built-in course.

    Args:
        course: whose public checks and drivers they are; nothing of its solutions is among them.
        given: the text of ``given.json``.

    Raises:
        CourseError: a file of the course is no text, or too much to carry.
    """
    if course.folder == BUILT_IN.resolve():
        return {}
    texts = texts_of(course.folder)
    if texts is None:
        raise CourseError(f"{course.folder}: its checks and drivers are links, or too much to carry")
    try:
        files = {name: text.decode() for name, text in texts.items()}
    except UnicodeDecodeError as error:
        raise CourseError(f"{course.folder}: a file in checks/ or drivers/ is no UTF-8 text") from error
    files |= {SPEC: without_solutions(files[SPEC], course.folder / SPEC), GIVEN: given}
    return {f"{CARRIED}/{name}": text for name, text in files.items()}


def without_solutions(text: str, path: Path) -> str:
    """Return a course.toml without the line that says where the solutions are.

    Raises:
        CourseError: there is no such line of its own.
    """
    shorter = re.sub(r"^solutions\s*=.*\n?", "", text, count=1, flags=re.MULTILINE)
    wanted = {key: value for key, value in tomllib.loads(text).items() if key != "solutions"}
    with suppress(tomllib.TOMLDecodeError):
        if tomllib.loads(shorter) == wanted:
            return shorter
    raise CourseError(f"{path}: give 'solutions = ...' a line of its own, above the first table")


def course_for(named: Path | None, solutions: Path | None, here: Path | None) -> Course:
    """Return the course to grade by: the one that was named, or that of the release one stands in, or the built-in one.

    Args:
        named: a folder with course.toml, as the command says it. Its checks will run.
        solutions: where reference answers and hidden checks are, as the command says it.
        here: where one stands; None not to look there.

    Raises:
        CourseError: it cannot be read.
        UsageError: one stands in a release whose checks nobody has named on this machine.
    """
    if named is not None:
        course = load_course(named, solutions)
        if named.resolve().name == CARRIED:
            remember(named)
        return course
    carried = nearest(here) if here is not None else None
    if carried is None:
        return load_course(BUILT_IN, solutions)
    known = known_copy(carried)
    if known is None:
        where = os.path.relpath(carried, here)
        why = "these exercises have checks of their own, which are programs, and have not run on this machine"
        raise UsageError(f"{where}: {why}; if you trust who gave you the folder, run: grade --course {where}")
    course = load_course(known, solutions)
    return course if solutions else replace(course, solutions=None)


def nearest(here: Path) -> Path | None:
    """Return the course that a folder carries, or the next one above it; None where there is none.

    Nobody else's is taken: in a folder where anybody may write, it would keep all below from being graded.
    """
    folders = (folder / CARRIED for folder in (here, *here.parents))
    with suppress(OSError):
        return next((folder for folder in folders if (folder / SPEC).is_file() and is_ones_own(folder)), None)
    return None


def is_ones_own(folder: Path) -> bool:
    """Whether a folder belongs to who runs this command; where the system does not say, it does."""
    return not hasattr(os, "geteuid") or folder.stat().st_uid == os.geteuid()


def unused(path: Path, course: Course) -> str:
    """Return what to say of a folder with another course that is graded by the built-in one; else nothing."""
    with suppress(OSError, ValueError):
        if course.folder == BUILT_IN.resolve() and (path / CARRIED / SPEC).is_file():
            return f"{path / CARRIED}: not used; to grade by that course, stand in {path}, and run grade"
    return ""


# -- what this machine knows ------------------------------------------------------------------------------


def remember(carried: Path) -> None:
    """Keep a copy of a course that somebody has named; where that cannot be, it has to be named again."""
    texts = texts_of(carried)
    if texts is None or known_copy(carried):
        return
    with suppress(OSError):
        store().mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(tempfile.mkdtemp(dir=store()))
        for name, text in texts.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            (made / name).write_bytes(text)
        made.rename(store() / digest(texts))


def known_copy(carried: Path) -> Path | None:
    """Return this machine's copy of a course; None where it has none that is the same, byte for byte."""
    texts = texts_of(carried)
    if texts is None:
        return None
    copy = store() / digest(texts)
    return copy if copy.is_dir() and texts_of(copy) == texts else None


def store() -> Path:
    """Return the folder of the user's that holds the copies."""
    return user_data_path("dlfs-grader", appauthor=False) / "courses"


def digest(texts: Texts) -> str:
    """Return the SHA-256 of names and texts, in hexadecimal."""
    total = hashlib.sha256()
    for name, text in sorted(texts.items()):
        for part in (name.encode("utf-8", "surrogateescape"), text):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()


def texts_of(folder: Path) -> Texts | None:
    """Return the files that make a course, by relative path; None where they are links, too many or too large.

    They are course.toml, given.json, and what lies in its folders, less what Python has compiled.
    """
    texts: Texts = {}
    room = MAX_BYTES
    single = (path for path in (folder / SPEC, folder / GIVEN) if path.exists())
    try:
        for number, path in enumerate(chain(single, *(below(folder / name) for name in FOLDERS))):
            if path.is_symlink() or number == MAX_ENTRIES:
                return None
            if "__pycache__" in path.relative_to(folder).parts or not path.is_file():
                continue
            if (room := room - path.stat().st_size) < 0:
                return None
            texts[path.relative_to(folder).as_posix()] = path.read_bytes()
    except (OSError, ValueError, RecursionError):
        return None
    return dict(sorted(texts.items()))


def below(folder: Path) -> Iterator[Path]:
    """Yield a folder, and all that lies in it; nothing where there is none."""
    return chain([folder], folder.rglob("*")) if os.path.lexists(folder) else iter(())
