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

from grader.submission.definitions import NOT_PYTHON, parse

MEASURING = frozenset({"capture", "prun", "time", "timeit"})  # cell magics whose body is Python that stays
WRITING = frozenset({"file", "writefile"})
WITHOUT_SIGN = frozenset({"cat", "cd", "conda", "cp", "ls", "man", "mkdir", "mv", "pip", "pwd", "rm"})
OURS = re.compile(r"%(?:grade\b|(?:re)?load_ext\s+grader\b)")

CELL_MAGIC = re.compile(r"(?P<before>(?:[ \t]*(?:#[^\n]*)?\n)*)%%(?P<name>[^\s?]*+)(?P<rest>(?!\?)[^\n]*)")
COMMAND = re.compile(r"(?P<indent>[ \t]*)(?=[%!?,;/])")
ASSIGNED_COMMAND = re.compile(r"[ \t]*(?=!|%[^\W\d])")
TIME = re.compile(r"%time[ \t]+(?=[^\s%!?])")
BLANK = re.compile(r"[ \t]*")
TO_END_OF_COMMAND = re.compile(r"(?:[^\n]*\\\n)*[^\n]*")
HELP = re.compile(r"(?<![\w*.\]])%{0,2}(?!\d)[\w*]++(?:\.(?!\d)[\w*]++|\[-?[0-9]++\])*+\?\??$")
PROMPTED = re.compile(r"\s*(?:>>>(?: |\n|$)|In \[\d+\]: )")
PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)(?:[ \t]|$)|^In \[\d+\]: |^[ \t]*\.{3,}: ?", re.MULTILINE)

PIECE = re.compile(
    r"""
      (?P<comment> \#[^\n]* )
    | (?P<string>  '''[^'\\]*+(?:(?:\\.|'(?!''))[^'\\]*+)*+(?:'''|\\?\Z)
                |  \"\"\"[^"\\]*+(?:(?:\\.|"(?!""))[^"\\]*+)*+(?:\"\"\"|\\?\Z)
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
        if magic["name"] not in MEASURING:
            return without_cell(text, magic)
        start = magic.end() + 1
    head, rest = re.sub(r"(?m)^%%.*", "", text[:start]), text[start:]
    if is_python(rest):
        return Filtered(head + rest)
    source, ignored = without_commands(rest, head.count("\n") + 1)
    return Filtered(head + source, ignored)


def without_cell(text: str, magic: re.Match[str]) -> Filtered:
    """Empty a cell that is not for Python; a file that it would write is kept."""
    emptied = "\n" * text.count("\n")
    if magic["name"] in WRITING:
        return Filtered(emptied, written=written_file(magic["rest"], text[magic.end() + 1 :]))
    line = text.count("\n", 0, magic.start("name")) + 1
    return Filtered(emptied, (Command(line, f"%%{magic['name']}{magic['rest']}".rstrip()),))


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
    only = text.strip()
    if only.partition(" ")[0] in WITHOUT_SIGN and "\n" not in only:
        return "\n" * text.count("\n"), (Command(first_line, only),)
    pieces: list[str] = []
    ignored: list[Command] = []
    start, line = 0, first_line
    while start < len(text):
        new, end, command = next_line(text, start)
        if command and not OURS.match(command):
            ignored.append(Command(line, command))
        pieces.append(new)
        line += text.count("\n", start, end)
        start = end
    return "".join(pieces), tuple(ignored)


def next_line(text: str, start: int) -> tuple[str, int, str]:
    """Read one logical line.

    Returns:
        The line as Python; where it ends; the command that was left out of it.
    """
    indent, begin = "", start
    if command := COMMAND.match(text, start):
        indent, begin = command["indent"], command.end()
        time = TIME.match(text, begin)
        if time is None:
            return without(text, placeholder(indent), begin, end_of_command(text, begin))
        begin = time.end()
    line = logical_line(text, begin)
    if line.value is not None and (assigned := ASSIGNED_COMMAND.match(text, line.value)):
        target = indent + text[begin : assigned.end()]
        if time := TIME.match(text, assigned.end()):
            return target + text[time.end() : line.end], line.end, ""
        return without(text, target + "None", assigned.end(), end_of_command(text, assigned.end()))
    if line.asks and HELP.search(text[begin : line.end].rstrip()):
        indent = indent or BLANK.match(text, begin)[0]  # type: ignore[index]
        return without(text, placeholder(indent), begin, line.end)
    return indent + text[begin : line.end], line.end, ""


def placeholder(indent: str) -> str:
    """Return what stands in a command's place: nothing, or a ``pass`` where a block may need one."""
    return indent + "pass" if indent else ""


def end_of_command(text: str, start: int) -> int:
    """Return where the line after a command begins; a backslash continues the command."""
    return min(TO_END_OF_COMMAND.match(text, start).end() + 1, len(text))  # type: ignore[union-attr]


def without(text: str, new: str, start: int, end: int) -> tuple[str, int, str]:
    """Put ``new`` in the place of a command, with as many line ends."""
    command = text[start:end]
    return new + "\n" * command.count("\n"), end, command.strip().partition("\n")[0]


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
            # Such a command ends with its line, whatever opens in it: to look on would be for nothing, each time.
            if (command := ASSIGNED_COMMAND.match(text, value)) and not TIME.match(text, command.end()):
                break
        if kind not in ("space", "newline"):
            last = piece[0] if kind in ("code", "other") else ""
    return LogicalLine(position, value, last.endswith("?") and depth == 0)
