"""Read what a learner handed in.

A submission is text until a box runs it: this module never imports or executes it. It reads the course's
modules and, of the files beside them, those that they import.
"""

from __future__ import annotations

import ast
import hashlib
import io
import os
import tokenize
from collections.abc import Collection, Iterator
from pathlib import Path

from grader.errors import SubmissionError
from grader.model import Finding, Module, Notice, Place, Submission, Unit

MAX_FILES = 2000
MAX_BYTES = 2 << 20  # one module; the longest of the book's has 20 KiB
PREFIX = "<submission>/"  # begins the file names that the box reports
SKIPPED = frozenset({"__pycache__", "__MACOSX", ".git", ".ipynb_checkpoints", "node_modules", "venv", ".venv"})


def read_submission(path: Path, modules: Collection[str], student: str = "") -> Submission:
    """Read a folder or one ``.py`` file.

    Args:
        path: what the learner handed in.
        modules: the names of the course's modules.
        student: who handed it in; the path's name where nothing is said.

    Raises:
        SubmissionError: the path is missing, or holds no module of the course.
    """
    if not path.exists():
        raise SubmissionError(f"{path}: there is no such file or folder{suggestion(path)}")
    root = path if path.is_dir() else path.parent
    candidates = python_files(path)
    found = {name: read_module(name, file, root) for name, file in candidates.items() if name in modules}
    if path.is_file() and path.suffix != ".py":
        raise SubmissionError(f"{path}: a folder or a .py file can be graded; this is neither")
    if not found:
        raise SubmissionError(nothing_found(path, modules, candidates))
    siblings = python_files(root) if path.is_file() else candidates
    add_helpers(found, {name: file for name, file in siblings.items() if name not in modules}, root)
    problems = [module.problem for name, module in found.items() if name not in modules and module.problem]
    notices = tuple(Notice(problem.kind, problem.values) for problem in problems)
    return Submission(student or path.resolve().stem, root, found, digest(found), notices)


def python_files(path: Path) -> dict[str, Path]:
    """Return the Python files of a folder, or one file, by dotted module name."""
    if path.is_file():
        return {path.stem: path}
    found: dict[str, Path] = {}
    for file in walk(path):
        parts = list(file.relative_to(path).with_suffix("").parts)
        if parts[-1] == "__init__" and len(parts) > 1:
            parts.pop()
        if all(part.isidentifier() for part in parts):
            found.setdefault(".".join(parts), file)
    return found


def walk(folder: Path) -> Iterator[Path]:
    """Yield the ``.py`` files below a folder, sorted, without following links.

    Raises:
        SubmissionError: there are too many.
    """
    count = 0
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in SKIPPED and not name.startswith("."))
        for name in sorted(files):
            count += 1
            if count > MAX_FILES:
                raise SubmissionError(f"{folder}: more than {MAX_FILES} files; name the folder that holds the answers")
            file = Path(where) / name
            if name.endswith(".py") and not file.is_symlink() and file.is_file():
                yield file


def read_module(name: str, path: Path, root: Path) -> Module:
    """Read one module; what is wrong with it is kept as its problem."""
    label = path.relative_to(root).as_posix()
    try:
        if path.stat().st_size > MAX_BYTES:
            return Module(name, path, (), Finding("too_large", {"file": label, "limit": f"{MAX_BYTES >> 20} MiB"}))
        data = path.read_bytes()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except OSError as error:
        return Module(name, path, (), Finding("unreadable", {"file": label, "why": error.strerror or str(error)}))
    except (SyntaxError, UnicodeDecodeError):
        line = data[: first_bad_byte(data)].count(b"\n") + 1
        return Module(name, path, (), Finding("not_utf8", {"file": label}, place=Place(label, line)))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Module(name, path, (Unit(PREFIX + label, text),))


def first_bad_byte(data: bytes) -> int:
    """Return where bytes cease to be UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def add_helpers(found: dict[str, Module], helpers: dict[str, Path], root: Path) -> None:
    """Add the learner's own modules that are imported by what was found, near or far."""
    waiting = list(found.values())
    while waiting:
        for wanted in imported_names(waiting.pop().text):
            for name in [n for n in helpers if n == wanted or n.startswith(wanted + ".")]:
                found[name] = read_module(name, helpers.pop(name), root)
                waiting.append(found[name])


def imported_names(text: str) -> set[str]:
    """Return the first parts of what a text imports; nothing where it is not Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.partition(".")[0])
    return names


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
    names = [entry.name for entry in parent.iterdir()] if parent.is_dir() else []
    close = difflib.get_close_matches(path.name, names, 1)
    return f"; did you mean {(parent / close[0]).as_posix()}?" if close else ""


def nothing_found(path: Path, modules: Collection[str], candidates: dict[str, Path]) -> str:
    """Return the sentence for a path without any of the course's modules."""
    wanted = ", ".join(f"{name}.py" for name in modules)
    if path.is_file():
        return f"{path}: this is none of the course's modules, which are {wanted}"
    inside = {file.parent for name, file in candidates.items() if name.rpartition(".")[2] in modules}
    near = sorted(folder for folder in inside if folder != path)
    if not near and (path / "assignments").is_dir():
        near = [path / "assignments"]
    hint = f"; did you mean {near[0].as_posix()}/?" if near else f"; the course asks for {wanted}"
    return f"{path}: {'no exercise is in it' if any(path.iterdir()) else 'the folder is empty'}{hint}"
