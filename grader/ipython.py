r"""Turn the source of a notebook's cell into Python.

Cells may hold what only IPython understands: ``%magics``, ``!shell`` lines, ``help?`` and whole ``%%`` cells. The
Python that comes out has as many lines as the cell, so that a line number means the same in both. Nothing is run,
and IPython is not needed.

Such syntax counts only where a logical line begins: not in a string, within brackets or after a ``\``.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from grader.definitions import NOT_PYTHON, parse

MEASURING = frozenset({"capture", "prun", "time", "timeit"})  # cell magics whose body is Python that stays
WRITING = frozenset({"file", "writefile"})
WITHOUT_SIGN = frozenset({"cat", "cd", "conda", "cp", "ls", "man", "mkdir", "mv", "pip", "pwd", "rm"})
OURS = re.compile(r"%(?:grade\b|(?:re)?load_ext\s+grader\b)")

CELL_MAGIC = re.compile(r"(?P<before>(?:[ \t]*(?:#[^\n]*)?\n)*)%%(?P<name>[^\s?]*)(?P<rest>(?!\?)[^\n]*)")
COMMAND = re.compile(r"(?P<indent>[ \t]*)(?=[%!?,;/])")
ASSIGNED_COMMAND = re.compile(r"[ \t]*(?=!|%[^\W\d])")
TIME = re.compile(r"%time[ \t]+(?=[^\s])")
TO_END_OF_COMMAND = re.compile(r"(?:[^\n]*\\\n)*[^\n]*")
HELP = re.compile(r"%{0,2}(?!\d)[\w*]+(?:\.(?!\d)[\w*]+|\[-?[0-9]+\])*\?\??$")
PROMPTED = re.compile(r"\s*(?:>>>(?: |\n|$)|In \[\d+\]: )")
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?:[ \t]|$)|^In \[\d+\]: |^[ \t]*\.{3,}: ?", re.MULTILINE)

PIECE = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<string>  '''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\Z)
                |  \"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:\"\"\"|\Z)
                |  '[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?      # a string that is never closed ends with its line
                |  "[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"? )
    | (?P<open>    [(\[{] )
    | (?P<close>   [)\]}] )
    | (?P<newline> \n )
    | (?P<space>   [ \t\f]+ | \\\n )
    | (?P<code>    [=!<>:+\-*/%@&|^]=  |  [^\#'"()\[\]{}\\\n=!<>:+\-*/%@&|^\ \t\f]+ )
    | (?P<assign>  = )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Command:
    """Something of IPython's that was left out, and its line in the cell."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that ``%%writefile`` would write; with ``-a`` it is appended."""

    name: str
    text: str
    appended: bool = False


@dataclass(frozen=True, slots=True)
class Filtered:
    """A cell as Python, line by line, and what was left out of it."""

    source: str
    ignored: tuple[Command, ...] = ()
    written: tuple[WrittenFile, ...] = ()


@dataclass(frozen=True, slots=True)
class LogicalLine:
    """Where a logical line ends, behind which ``=`` its value begins, and whether it ends in ``?``."""

    end: int
    value: int | None
    asks: bool


def to_python(cell_source: str) -> Filtered:
    """Turn a cell into Python with the same number of lines; what is Python already stays as it is."""
    if is_python(cell_source):
        return Filtered(cell_source)
    text = PROMPT.sub("", cell_source) if PROMPTED.match(cell_source) else cell_source
    text = textwrap.dedent(text)
    start = 0
    while magic := CELL_MAGIC.match(text, start):
        line = text.count("\n", 0, magic.start("name")) + 1
        body = text[magic.end() + 1 :]
        if magic["name"] in MEASURING:
            start = magic.end() + 1
            continue
        emptied = "\n" * text.count("\n")
        if magic["name"] in WRITING:
            return Filtered(emptied, written=written_file(magic["rest"], body))
        return Filtered(emptied, (Command(line, f"%%{magic['name']}{magic['rest']}".rstrip()),))
    head, rest = "\n" * text.count("\n", 0, start), text[start:]
    if is_python(rest):
        return Filtered(head + rest)
    source, ignored = without_commands(rest, head.count("\n") + 1)
    return Filtered(head + source, ignored)


def is_python(text: str) -> bool:
    """Whether Python's parser takes a text."""
    try:
        parse(text)
    except NOT_PYTHON:
        return False
    return True


def written_file(arguments: str, body: str) -> tuple[WrittenFile, ...]:
    """Return the file that ``%%writefile ARGUMENTS`` would write."""
    words = arguments.split()
    names = [word.strip("'\"") for word in words if not word.startswith("-")]
    return (WrittenFile(names[-1], body, "-a" in words or "--append" in words),) if names else ()


def without_commands(text: str, first_line: int = 1) -> tuple[str, tuple[Command, ...]]:
    """Leave out line magics, shell commands and questions."""
    if text.split(maxsplit=1)[:1] and text.split(maxsplit=1)[0] in WITHOUT_SIGN and "\n" not in text.strip():
        return "\n" * text.count("\n"), (Command(first_line, text.strip()),)
    pieces: list[str] = []
    ignored: list[Command] = []
    start, line = 0, first_line
    while start < len(text):
        text, new, end, left_out = next_line(text, start)
        if left_out and not OURS.match(left_out):
            ignored.append(Command(line, left_out))
        pieces.append(new)
        line += text.count("\n", start, end)
        start = end
    return "".join(pieces), tuple(ignored)


def next_line(text: str, start: int) -> tuple[str, str, int, str]:
    """Read one logical line.

    Returns:
        The text, less a ``%time`` in this line; the line as Python; where it ends; the command left out of it.
    """
    while command := COMMAND.match(text, start):
        time = TIME.match(text, command.end())
        if not time:
            return text, *left_out(text, command["indent"] + ("pass" if command["indent"] else ""), command.end())
        text = text[: time.start()] + text[time.end() :]
    line = logical_line(text, start)
    if line.value is not None and (assigned := ASSIGNED_COMMAND.match(text, line.value)):
        if time := TIME.match(text, assigned.end()):
            return next_line(text[: time.start()] + text[time.end() :], start)
        return text, *left_out(text, text[start : assigned.end()] + "None", assigned.end())
    if line.asks and HELP.search(text[start : line.end].rstrip()):
        indent = "pass".rjust(len(text) - len(text[start:].lstrip(" \t")) - start + 4).removesuffix("pass")
        return text, *blanked(text, indent + ("pass" if indent else ""), start, line.end)
    return text, text[start : line.end], line.end, ""


def left_out(text: str, new: str, start: int) -> tuple[str, int, str]:
    """Put ``new`` in the place of the command that begins at ``start``, with its continuation lines."""
    end = TO_END_OF_COMMAND.match(text, start).end()  # type: ignore[union-attr]
    return blanked(text, new, start, min(end + 1, len(text)))


def blanked(text: str, new: str, start: int, end: int) -> tuple[str, int, str]:
    """Put ``new`` and as many line ends in the place of a piece of text."""
    gone = text[start:end]
    return new + "\n" * gone.count("\n"), end, gone.strip().partition("\n")[0]


def logical_line(text: str, start: int) -> LogicalLine:
    """Find the end of the logical line that begins at ``start``."""
    depth, position, value, last = 0, start, None, ""
    while piece := PIECE.match(text, position):
        position, kind = piece.end(), piece.lastgroup
        if kind == "newline" and depth == 0:
            break
        depth += {"open": 1, "close": -1 if depth else 0}.get(kind or "", 0)
        if kind == "assign" and depth == 0 and value is None:
            value = position
        if kind not in ("space", "newline"):
            last = piece[0] if kind in ("code", "other") else ""
    return LogicalLine(position, value, last.endswith("?"))
