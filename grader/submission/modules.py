"""Read modules: which files are modules, by what name, and what they import.

Modules are text: nothing here imports or executes them.
"""

from __future__ import annotations

import ast
import codecs
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.model import Finding, Module, Place, Unit
from grader.submission.bounds import MAX_MODULE, MAX_WORDS, MIB, Budget
from grader.submission.definitions import NOT_PYTHON, parse
from grader.submission.files import Member
from grader.submission.labels import PREFIX

if TYPE_CHECKING:
    from grader.submission.notebook import Notebook

# Python knows others, which are no writing but ciphers, and some that take for ever.
ENCODING = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|cp\d+|shift_jis\w*|euc_\w+|iso2022_\w+|gbk|gb\d+|big5\w*|koi8\w*"
)


# -- which files are modules ------------------------------------------------------------------------------


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


def main_folders(files: Iterable[Member], wanted: Collection[str]) -> list[str]:
    """Return the folders that hold modules of the course, those least deep."""
    paths = (PurePosixPath(file.name) for file in files)
    homes = sorted({path.parent for path in paths if path.suffix == ".py" and path.stem in wanted})
    depth = min((len(home.parts) for home in homes), default=0)
    return [home.as_posix() for home in homes if len(home.parts) == depth]


def written_files(notebooks: Iterable[Notebook]) -> dict[str, Member]:
    """Return the modules that notebooks write by ``%%writefile``, by dotted name."""
    found: dict[str, Member] = {}
    for notebook in notebooks:
        for file in (file for file in notebook.written if file.name.endswith(".py")):
            data = file.text.encode("utf-8", "replace")
            if name := module_name(PurePosixPath(file.name.removeprefix("/content/").removeprefix("./"))):
                found[name] = Member(f"{notebook.name}#{file.name}", len(data), partial(bytes, data))
    return found


# -- reading ----------------------------------------------------------------------------------------------


def read_module(name: str, file: Member, budget: Budget) -> Module:
    """Read one module; what is wrong with it is kept as its problem."""
    label = file.name
    too_large = Module(name, problem=Finding("too_large", {"file": label, "limit": f"{MAX_MODULE // MIB} MiB"}))
    too_much = Module(name, problem=Finding("too_much", {"file": label, "limit": f"{MAX_WORDS:,} words and signs"}))
    if file.size > MAX_MODULE:
        return too_large
    if not budget.takes_text(file.size):
        return too_much
    try:
        data = file.read()
        if len(data) > MAX_MODULE:  # it has grown since
            return too_large
        text = decoded(data)
    except (OSError, SubmissionError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or str(error)
        return Module(name, problem=Finding("unreadable", {"file": label, "why": why}))
    except (SyntaxError, UnicodeError):
        line = data[: first_bad_byte(data)].count(b"\n") + 1
        return Module(name, problem=Finding("not_utf8", {"file": label}, place=Place(label, line)))
    if not budget.takes_code(text):
        return too_much
    return Module(name, (Unit(PREFIX + label, text),))


def decoded(data: bytes) -> str:
    """Return a module's text, by the encoding that it declares.

    Raises:
        SyntaxError: that is no encoding of text.
        UnicodeError: the bytes are not in it.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    if not ENCODING.fullmatch(codecs.lookup(encoding).name):
        raise SyntaxError(encoding)
    return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def first_bad_byte(data: bytes) -> int:
    """Return where bytes cease to be UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return 0


def add_helpers(
    found: dict[str, Module], notebooks: Sequence[Notebook], helpers: Mapping[str, Member], budget: Budget
) -> None:
    """Add the learner's own modules that are imported by what was found, near or far."""
    if helpers.keys() <= found.keys():
        return
    by_top: dict[str, list[str]] = defaultdict(list)  # a package comes whole
    for name in helpers:
        by_top[name.partition(".")[0]].append(name)
    waiting = [imported_names(module.text) for module in found.values()]
    waiting += [names_in(s.node for cell in notebook.parsed for s in cell.statements) for notebook in notebooks]
    while waiting:
        for top in sorted(waiting.pop()):
            for name in by_top.pop(top, ()):
                if name not in found:
                    found[name] = read_module(name, helpers[name], budget)
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
