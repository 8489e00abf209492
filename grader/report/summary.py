"""Several reports after one another: a name over each, and a table at their end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.model import Report, Verdict
from grader.report.page import page_of
from grader.report.symbols import ASCII, WAITING, Symbols, symbols_for
from grader.report.text import clean

LEAST_NOTE = 24  # columns


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one of several submissions: a report, or why there is none."""

    name: str
    report: Report | None
    trouble: str = ""


def show_name(name: str, console: Console) -> None:
    """Print a name over the report that follows."""
    signs = symbols_for(console.encoding)
    shown = ending(one_line(name), console.width - 6, signs)
    line = signs.line * max(console.width - cell_len(shown) - 6, 0)
    console.print(Text.assemble(f"{signs.line * 2} ", (shown, "bold"), f" {line}"), soft_wrap=True)
    console.print()


def show_summary(entries: Sequence[Entry], console: Console) -> None:
    """Print a line for each submission: its name, its points, and what is next or why it could not be read."""
    signs = symbols_for(console.encoding)
    names = short_names([entry.name for entry in entries])
    points = [points_of(entry) for entry in entries]
    wide = max(map(cell_len, points))
    room = max(console.width - wide - LEAST_NOTE - 8, 8)
    widest = min(max(map(cell_len, names)), room)
    table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=True)
    for width in (1, widest, wide, console.width - widest - wide - 9):
        table.add_column(no_wrap=True, width=width, overflow="crop")
    for entry, name, score in zip(entries, names, points, strict=True):
        note = Text(note_of(entry))
        note.truncate(console.width - widest - wide - 9, overflow="crop" if signs is ASCII else "ellipsis")
        sign, style = sign_of(entry, signs)
        table.add_row(Text(sign, style=style), Text(ending(name, widest, signs)), Text(score.rjust(wide)), note)
    console.print(Text(f" {len(entries)} submissions", style="bold"), soft_wrap=True)
    console.print()
    console.print(table)


def sign_of(entry: Entry, signs: Symbols) -> tuple[str, str]:
    """Return the sign and the style of a line."""
    if entry.report is None or not entry.report.final:
        return signs.broken, "magenta"
    page = page_of(entry.report)
    if any(row.verdict not in (*WAITING, Verdict.PASSED) for row in page.rows):
        return signs.failed, "red"
    return (signs.passed, "green") if page.conclusion else (signs.todo, "dim")


def points_of(entry: Entry) -> str:
    """Return a report's points; nothing where there is none."""
    return f"{entry.report.score.points} / {entry.report.score.possible}" if entry.report else ""


def note_of(entry: Entry) -> str:
    """Return what is next, or why there is no report."""
    if entry.report is None:
        return one_line(entry.trouble)
    page = page_of(entry.report)
    note = f"next: {page.next[1]}" if page.next else page.conclusion or page.start
    return one_line(note if entry.report.final else f"not final; {note}")


def short_names(names: Sequence[str]) -> list[str]:
    """Return names less the folder that all of them are in."""
    shown = [one_line(name) for name in names]
    try:
        common = os.path.commonpath([PurePath(name).parent.as_posix() for name in shown])
    except ValueError:  # some are absolute, and others not
        return shown
    return [PurePath(name).relative_to(common).as_posix() if common else name for name in shown]


def one_line(text: str) -> str:
    """Return a stranger's text in one line."""
    return " ".join(clean(text, 400).split())


def ending(text: str, width: int, signs: Symbols) -> str:
    """Return a text that fits a number of columns: of what is too long, its end, where paths differ."""
    if cell_len(text) <= width:
        return text
    mark = ".." if signs is ASCII else "…"
    kept = ""
    for character in reversed(text):
        if cell_len(character + kept) > width - cell_len(mark):
            break
        kept = character + kept
    return set_cell_size(mark + kept, width)
