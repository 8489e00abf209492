"""Put the files of a release where they belong, and never over what a person wrote.

A file is a release's own where it is what this release writes, or what an earlier one wrote there: ``MANIFEST``, which
is written with every release, has the SHA-256 of each. Whatever else is in the way is a person's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from grader.errors import UsageError

MANIFEST = ".release.json"  # file of the release -> SHA-256 of its text, in hexadecimal
MAX_NAMED = 5  # files in a sentence
MAX_MANIFEST = 1 << 20  # bytes


def place(files: Mapping[str, str], folder: Path, *, force: bool = False) -> list[Path]:
    """Write files into a folder: all of them, or none.

    What an earlier release wrote, and this one does not, is removed, if it is as it was written.

    Args:
        files: texts by relative path.
        folder: where to; it is made if it is not there.
        force: move what is in the way aside, to a name that is free.

    Returns:
        The copies that were kept of what was in the way.

    Raises:
        UsageError: something is in the way, or the folder cannot be written.
    """
    kept: list[Path] = []
    try:
        before = digests_before(folder)
        files = {**files, MANIFEST: json.dumps({name: digest(text) for name, text in files.items()}, indent=1) + "\n"}
        foreign = list(
            dict.fromkeys(found for name in files if (found := in_the_way(folder, name, files[name], before)))
        )
        if foreign and not force:
            raise UsageError(refusal(foreign))
        kept += map(set_aside, foreign)
        gone = [folder / name for name in before if name not in files and is_own(folder / name, "", before[name])]
        for name, text in files.items():
            write(folder / name, text)
        for path in gone:
            path.unlink()
    except (OSError, ValueError) as error:
        file, why = getattr(error, "filename", None) or folder, getattr(error, "strerror", None) or error
        copies = "".join(f"; what was there before: {path}" for path in kept[:MAX_NAMED])
        raise UsageError(f"{file}: {why}; name a folder that can be written{copies}") from error
    return kept


def in_the_way(folder: Path, name: str, text: str, before: Mapping[str, str]) -> Path | None:
    """Return what keeps a file from being written: a file, link or folder of somebody's; None where nothing does."""
    path = folder / name
    for parent in reversed([p for p in path.parents if p.is_relative_to(folder)]):
        if os.path.lexists(parent) and (not parent.is_dir() or (parent != folder and parent.is_symlink())):
            return parent
    if not os.path.lexists(path) or is_own(path, text, before.get(name, "")):
        return None
    return None if name == MANIFEST and before else path


def is_own(path: Path, text: str, known: str) -> bool:
    """Whether a file has this text, or the digest that is known; a link or a folder has neither."""
    if path.is_symlink() or not path.is_file():
        return False
    try:
        return digest(path.read_bytes().decode()) in (digest(text), known)
    except UnicodeDecodeError:
        return False


def digest(text: str) -> str:
    """Return the SHA-256 of a text in hexadecimal, whatever its line ends: git changes them on some systems."""
    return hashlib.sha256(text.replace("\r\n", "\n").encode("utf-8", "surrogatepass")).hexdigest()


def digests_before(folder: Path) -> dict[str, str]:
    """Return what the manifest of an earlier release says; nothing where there is none that we wrote."""
    path = folder / MANIFEST
    if path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_MANIFEST:
        return {}
    with suppress(ValueError, RecursionError):
        data = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(data, dict) and all(map(is_entry, data.items())):
            return data
    return {}


def is_entry(entry: tuple[str, object]) -> bool:
    """Whether this is a line of a manifest: a path that stays in the folder, and a digest."""
    name, known = entry
    inside = name and not Path(name).is_absolute() and ".." not in Path(name).parts
    return bool(inside) and isinstance(known, str) and len(known) == 64


def refusal(foreign: Sequence[Path]) -> str:
    """Return the sentence that names what is in the way."""
    more = len(foreign) - MAX_NAMED
    names = ", ".join(map(str, foreign[:MAX_NAMED])) + (f" and {more} more" if more > 0 else "")
    what = (
        "this is no untouched file of a release" if len(foreign) == 1 else "these are no untouched files of a release"
    )
    return f"{names}: {what}, so nothing was written; name another folder, or --force, which keeps a copy"


def set_aside(path: Path) -> Path:
    """Give what is at a path another name, which is free; return it."""
    free = next(name for name in spare_names(path) if not os.path.lexists(name))
    path.rename(free)
    return free


def spare_names(path: Path) -> Iterator[Path]:
    """Yield names for a copy: ``losses.py.bak``, ``losses.py.bak2``, ..."""
    yield path.with_name(f"{path.name}.bak")
    yield from (path.with_name(f"{path.name}.bak{number}") for number in count(2))


def write(path: Path, text: str) -> None:
    """Write a file, all or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
