"""The files of a submission, each read when somebody asks for it, and only once. Nothing here runs them."""

from __future__ import annotations

import codecs
import io
import re
import tokenize
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from grader.errors import SubmissionError
from grader.model import Finding, Place
from grader.submission.bounds import MAX_FILE, MAX_LINES, MAX_MODULE, MAX_WORDS, MIB, Budget, words_in
from grader.submission.cells import CodeCell
from grader.submission.files import Member
from grader.submission.script import Script, lines_in, read_notebook

# Python knows others, which are no writing but ciphers, and some that take for ever.
ENCODING = re.compile(
    r"utf-8(-sig)?|ascii|iso8859-\d+|cp\d+|shift_jis\w*|euc_\w+|iso2022_\w+|gbk|gb\d+|big5\w*|koi8\w*"
)
# What gives a name to something.
GIVES = re.compile(rb"\b(?:def|class|as)[ \t]++(\w++)|(?<!\w)(\w++)[ \t]*+(?::[^=\n]{0,80}+)?=(?!=)")
MAX_NAME = 80  # characters of a name that may be one of the course's
WRITES = re.compile(rb"%%(?:writefile|file)\b")


class Shelf:
    """Holds a submission's files.

    Args:
        members: the files, by path; a path that is there twice counts once.
        budget: how much of them may be read.

    Attributes:
        written: the modules that notebooks write, as far as these were looked into.
    """

    def __init__(self, members: Iterable[Member], budget: Budget) -> None:
        self._members = {member.name: member for member in reversed(list(members))}
        self.written: list[str] = []
        self._budget = budget
        self._scripts: dict[str, Script] = {}
        self._seems: dict[str, frozenset[str]] = {}

    @property
    def paths(self) -> list[str]:
        """Where the files are."""
        return list(self._members)

    def put(self, script: Script) -> None:
        """Add a file that was read already."""
        self._scripts[script.path] = script

    def add_written(self, notebook: Script) -> None:
        """Add the modules that a notebook writes by ``%%writefile``; they lie beside the notebook."""
        for file in (file for file in notebook.written if file.name.endswith(".py")):
            data = file.text.encode("utf-8", "replace")
            name = PurePosixPath(file.name.removeprefix("/content/").removeprefix("./"))
            path = (PurePosixPath(notebook.path).parent / name).as_posix()
            if all(part.isidentifier() for part in name.with_suffix("").parts) and path not in self._members:
                self._members[path] = Member(f"{notebook.label}#{file.name}", len(data), partial(bytes, data))
                self.written.append(path)

    def names_given(self, path: str) -> set[str] | None:
        """Return the names that a file may define, found in its text without reading it as Python.

        None where that cannot be told: reading it in earnest tells why.
        """
        member = self._members[path]
        most = MAX_FILE if path.lower().endswith(".ipynb") else MAX_MODULE
        if member.size > most or not self._budget.takes_scan(member.size):
            return None
        try:
            data = member.read()
        except (OSError, SubmissionError):
            return None
        if path.lower().endswith(".ipynb"):
            if not data.lstrip().startswith(b"{"):
                return None
            data = data.replace(b"\\n", b"\n").replace(b"\\t", b"\t")
            if WRITES.search(data):
                self.add_written(self.script(path))
        given = {found[1] or found[2] for found in GIVES.finditer(data)}
        return {name.decode() for name in given if len(name) <= MAX_NAME and name.isascii()}

    def note(self, path: str, names: Iterable[str]) -> None:
        """Note what a file seems to define, for the case that it cannot be read."""
        self._seems[path] = frozenset(names)

    def script(self, path: str) -> Script:
        """Return a file's code; what is wrong with it is kept as its problem."""
        if path not in self._scripts:
            read = self._notebook if path.lower().endswith(".ipynb") else self._module
            script = read(path, self._members[path])
            self._scripts[path] = (
                replace(script, seems=self._seems.get(path, frozenset())) if script.problem else script
            )
        return self._scripts[path]

    def _notebook(self, path: str, member: Member) -> Script:
        try:
            if member.size > MAX_FILE:
                raise SubmissionError(f"{path}: larger than {MAX_FILE // MIB} MiB; clear all outputs, and save it")
            if not self._budget.takes_notebook(member.size):
                raise SubmissionError(f"{path}: too much beside the other notebooks; clear all outputs, and save it")
            return read_notebook(member.read(), path, self._budget)
        except SubmissionError as error:
            return Script(path, path, problem=Finding("not_read", {"what": str(error)}))
        except OSError as error:
            what = f"{path}: {error.strerror or error}; it cannot be read"
            return Script(path, path, problem=Finding("not_read", {"what": what}))

    def _module(self, path: str, member: Member) -> Script:
        label = member.name
        too_large = Finding("too_large", {"file": label, "limit": f"{MAX_MODULE // MIB} MiB"})
        too_much = Finding("too_much", {"file": label, "limit": f"{MAX_WORDS:,} words and signs"})
        if member.size > MAX_MODULE:
            return Script(path, label, problem=too_large)
        if not self._budget.takes_text(member.size):
            return Script(path, label, problem=too_much)
        try:
            data = member.read()
            if len(data) > MAX_MODULE:  # it has grown since
                return Script(path, label, problem=too_large)
            text = decoded(data)
        except (OSError, SubmissionError) as error:
            why = (error.strerror if isinstance(error, OSError) else None) or str(error)
            return Script(path, label, problem=Finding("unreadable", {"file": label, "why": why}))
        except (SyntaxError, UnicodeError):
            line = data[: first_bad_byte(data)].count(b"\n") + 1
            return Script(path, label, problem=Finding("not_utf8", {"file": label}, place=Place(label, line)))
        lines = min(lines_in(text), words_in(text))  # comments and long texts are no statements
        if lines > MAX_LINES or not self._budget.takes_code(text, lines):
            return Script(path, label, problem=too_much)
        return Script(path, label, (CodeCell(0, text),))


def decoded(data: bytes) -> str:
    """Return a module's text, by the encoding that it declares.

    Raises:
        SyntaxError: what it declares is no encoding of text.
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
