"""The files of a submission: modules and notebooks in a folder, and what lies beside a file.

Links are not followed. What the files mean is left to others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import SubmissionError

MAX_FILES = 2000
# Besides what begins with a dot: .git, .venv, .ipynb_checkpoints, .DS_Store, and macOS's ._losses.py.
SKIPPED = frozenset({"__MACOSX", "__pycache__", "node_modules", "venv", "Thumbs.db"})


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a submission: its path inside, in posix form, and how to get its bytes."""

    name: str
    size: int  # bytes, as far as known before reading
    read: Callable[[], bytes]


def member(path: Path, root: Path) -> Member:
    """Return a file of a folder."""
    return Member(path.relative_to(root).as_posix(), path.stat().st_size, path.read_bytes)


def walk(folder: Path) -> Iterator[Member]:
    """Yield the modules and notebooks below a folder, sorted, without following links.

    Raises:
        SubmissionError: there are too many files.
    """
    count = 0
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        count += len(files)
        if count > MAX_FILES:
            raise SubmissionError(f"{folder}: more than {MAX_FILES} files; name the folder that holds the answers")
        yield from members_in(Path(where), sorted(files), folder)


def members_in(where: Path, names: Iterable[str], root: Path) -> Iterator[Member]:
    """Yield those of the named files that are modules or notebooks, and no links."""
    for path in (where / name for name in names if name.lower().endswith((".py", ".ipynb"))):
        if not path.is_symlink() and path.is_file():
            yield member(path, root)


def neighbours(folder: Path) -> Iterator[Member]:
    """Yield the modules in a folder, and those in packages in it."""
    beside = sorted(folder.glob("*.py"))[:MAX_FILES]
    inside = [file for file in sorted(folder.glob("[!.]*/*.py"))[:MAX_FILES] if file.parent.name not in SKIPPED]
    for file in [*beside, *inside]:
        yield from members_in(file.parent, [file.name], folder)
