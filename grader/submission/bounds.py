"""How much of a submission is read: the numbers, each with its reason, and what is left of them.

They bound what reading costs, whatever was handed in: about a quarter of a GiB and a few seconds. The book's own
answers are smaller than any of them by two orders of magnitude.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import islice

MIB = 1 << 20
MAX_ENTRIES = 50_000  # files and folders that are looked at; each costs some microseconds
MAX_DEPTH = 32  # folders in one another; a path must not become longer than the system allows
MAX_FILES = 5000  # modules and notebooks among them; what can hold an answer is found out by looking into each
MAX_SCANNED = 192 * MIB  # of all files that are looked into for names, with what notebooks show
MAX_FILE = 64 * MIB  # one file of any kind: a notebook with 50 MB of pictures is read
MAX_NOTEBOOK_BYTES = 128 * MIB  # all notebooks, with what they show
MAX_MODULE = 2 * MIB  # one module; the longest of the book's has 20 KiB
MAX_TEXT = 8 * MIB  # all modules
MAX_CODE = 1 * MIB  # characters of code in a file
MAX_LINES = 10_000  # of code in a file: what each of them does is found out one by one
MAX_ALL_LINES = 20_000  # of code in all files
MAX_WORDS = 250_000  # words and signs of all code; a syntax tree takes up to a KiB for each
MAX_NAMES = 300_000  # names times functions of one statement: Python's compiler copies all names for each function
MAX_WAYS = 2_000_000  # parts of a statement times the ways through its ``finally``: the compiler copies it for each
# Python 3.11 looks for the place of each {...} from the beginning of its string.
FORMAT_COST = 20  # words, for each { in a text with such strings

MAX_NAME = 255  # characters; each member of a class holds the name of the class, and more
LONG_NAME = re.compile(rf"(?<!\w)[^\W\d]\w{{{MAX_NAME},}}")
LONG_PATH = re.compile(r"(?:[ \t]*+\.[ \t]*+\w++){200}")  # a.a.a: Python's compiler takes the square of it
FORMATTED = re.compile(r"(?i)(?<![^\W\d])(?:[ft]r?|r[ft])['\"]")
STRING_OR_COMMENT = re.compile(
    r"""
      \#[^\n]*
    | ('''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\\?\Z)
    | \"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:\"\"\"|\\?\Z)
    | '[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?
    | "[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"? )
    """,
    re.VERBOSE | re.DOTALL,
)
WORD = re.compile(r"\d\w*(?:\.\w*)?|\w+|[^\w\s]|\n\s*+")
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.ListComp, ast.SetComp, ast.DictComp)
EXITS = (ast.Return, ast.Break, ast.Continue)


def words_in(text: str) -> int:
    """Return at least as many as the words, signs and lines that Python's parser finds in a text.

    A name that is longer than any, or has more dots, counts as more than all words. A string counts as one, and a
    comment as none; where a string may hold code, as f"{x}" does, all is counted. The number is not exact above
    ``MAX_WORDS``.
    """
    formatted = FORMATTED.search(text) is not None
    code = text if formatted else STRING_OR_COMMENT.sub(lambda found: "'" if found[1] else "", text)
    if LONG_NAME.search(code) or LONG_PATH.search(code):
        return MAX_WORDS + 1
    words = sum(1 for _ in islice(WORD.finditer(code), MAX_WORDS + 1))
    return words + FORMAT_COST * code.count("{") if formatted else words


def check_statement(node: ast.stmt) -> None:
    """Refuse a statement for which Python's compiler takes the square of its length, or worse.

    Raises:
        ValueError: it is one.
    """
    parts = list(ast.walk(node))
    scopes = sum(isinstance(part, (*SCOPES, ast.GeneratorExp)) for part in parts)
    if scopes * len(names_in(parts)) > MAX_NAMES:
        raise ValueError("too many functions and names in one statement")
    exits = sum(isinstance(part, EXITS) for part in parts)
    if len(parts) * (exits + 2) ** finally_depth(node) > MAX_WAYS:
        raise ValueError("too many ways through its finally blocks")


def names_in(parts: list[ast.AST]) -> set[str]:
    """Return all names that parts of a statement use or declare."""
    names = {part.id for part in parts if isinstance(part, ast.Name)} | {p.arg for p in parts if isinstance(p, ast.arg)}
    return names.union(*(part.names for part in parts if isinstance(part, ast.Global | ast.Nonlocal)))


def finally_depth(node: ast.AST) -> int:
    """Return how many ``try ... finally`` stand in one another."""
    deepest, waiting = 0, [(node, 0)]
    while waiting:
        part, depth = waiting.pop()
        depth += isinstance(part, ast.Try | ast.TryStar) and bool(part.finalbody)
        deepest = max(deepest, depth)
        waiting += [(child, depth) for child in ast.iter_child_nodes(part)]
    return deepest


@dataclass(slots=True)
class Budget:
    """What may still be read of a submission. A file takes what it needs of it; or nothing, and is not read."""

    scanned: int = MAX_SCANNED
    notebooks: int = MAX_NOTEBOOK_BYTES
    text: int = MAX_TEXT
    words: int = MAX_WORDS
    lines: int = MAX_ALL_LINES

    def takes_scan(self, size: int) -> bool:
        """Take the bytes of a file that is looked into, if there are so many left."""
        fits = size <= self.scanned
        self.scanned -= size * fits
        return fits

    def takes_notebook(self, size: int) -> bool:
        """Take the bytes of a notebook, if there are so many left."""
        fits = size <= self.notebooks
        self.notebooks -= size * fits
        return fits

    def takes_text(self, size: int) -> bool:
        """Take the bytes of a module, if there are so many left."""
        fits = size <= self.text
        self.text -= size * fits
        return fits

    def takes_code(self, text: str, lines: int = 0) -> bool:
        """Take the words of a text and the lines of a notebook, if there are so many left."""
        words = words_in(text)
        fits = words <= self.words and lines <= self.lines
        self.words -= words * fits
        self.lines -= lines * fits
        return fits
