"""The report as a learner sees it: a table, what is wrong and where, and the one thing to do next."""

from __future__ import annotations

import io
import os
import textwrap
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.model import Report, Verdict
from grader.report.page import Detail, Row, curve_lines, page_of
from grader.report.symbols import ASCII, WAITING, symbols_for
from grader.report.wording import labelled

MAX_WIDTH, MIN_WIDTH = 100, 40
HEADING = 2  # lines; what is longer is somebody's joke
MAX_DIGITS = 4  # of a number of columns
NO_BARS = 60  # columns: below it the bars go
STYLES = {
    Verdict.PASSED: "green",
    Verdict.TODO: "dim",
    Verdict.BLOCKED: "dim",
    Verdict.BROKEN: "magenta",
}  # everything else is red


def make_console(file: IO[str], *, color: bool = True) -> Console:
    """Return a console of 40 to 100 columns that never fails while it prints."""
    if hasattr(file, "reconfigure"):
        file.reconfigure(errors="replace")
    sizes = {name: os.environ[name] for name in ("COLUMNS", "LINES") if is_size(os.environ.get(name, ""))}
    others = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    console = Console(
        file=file, no_color=None if color else True, highlight=False, markup=False, emoji=False, _environ=others | sizes
    )
    known = console.is_terminal or "COLUMNS" in sizes
    width = max(MIN_WIDTH, min(MAX_WIDTH, console.width if known else 80))
    console.width = width
    return console


def is_size(text: str) -> bool:
    """Return whether this is a number of columns or lines; rich takes what it cannot read."""
    return text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS


def to_text(report: Report, *, verbose: bool = False) -> str:
    """Return a report as plain text; ``verbose`` lists the checks that passed as well."""
    file = io.StringIO()
    plain = Console(file=file, width=MAX_WIDTH, force_terminal=False, highlight=False, markup=False, emoji=False)
    show(report, plain, verbose=verbose)
    return file.getvalue()


def show(report: Report, console: Console, *, root: Path = Path(), verbose: bool = False) -> None:
    """Print a report.

    Args:
        report: what to show.
        console: where to; its width decides the layout.
        root: the folder of the submission, as the reader would write it.
        verbose: show the checks that passed as well.
    """
    Screen(report, console, root, verbose).show()


class Screen:
    """One report on its way to one console."""

    def __init__(self, report: Report, console: Console, root: Path, verbose: bool) -> None:
        self._page = page_of(report, root.as_posix(), verbose=verbose)
        self._console = console
        self._signs = symbols_for(console.encoding)

    def show(self) -> None:
        """Print everything, in the order in which it is read."""
        self._headline()
        self._exercises()
        if self._page.checks:
            self._checks()
        for detail in self._page.details:
            self._detail(detail)
        self._curves()
        self._total()
        self._what_next()

    # -- the table --------------------------------------------------------------------------------------

    def _headline(self) -> None:
        score = self._page.score
        left, right = f" {self._page.course}", f"{score.points} / {score.possible} points"
        space = " " * max(2, self._console.width - len(left) - len(right) - 1)
        self._print(Text.assemble((left, "bold"), space, (right, "bold")))
        self._print()

    def _exercises(self) -> None:
        rows = self._page.rows
        if not rows:
            return
        bars = self._console.width >= NO_BARS
        titles = max(18, *(len(row.title) for row in rows))
        checks = max(len(row.checks) for row in rows) if bars else 0
        room = self._console.width - titles - checks - len("  x    10 / 10   ") - 2 * bars
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=True)
        widths = [1, titles, *([checks] if bars else []), len("10 / 10"), max(room, 1)]
        for width in widths:
            table.add_column(no_wrap=True, width=width, overflow="crop")
        for row in rows:
            cells = [
                Text(self._signs.of(row.verdict), style=STYLES.get(row.verdict, "red")),
                Text(row.title, style="" if row.verdict is not Verdict.TODO else "dim"),
                *([self._bar(row)] if bars else []),
                Text(f"{row.score.points:2} / {row.score.possible:2}"),
                self._note(row, room),
            ]
            table.add_row(*cells)
        self._console.print(table)
        self._print()

    def _bar(self, row: Row) -> Text:
        bar = Text()
        for verdict in row.checks:
            bar.append(self._signs.in_bar(verdict), style=STYLES.get(verdict, "red"))
        return bar

    def _note(self, row: Row, room: int) -> Text:
        calm = row.verdict is Verdict.PASSED or row.verdict in WAITING
        note = Text(row.note, style="dim" if calm else "")
        mark = f"  {self._signs.arrow} next" if row.next else ""
        note.truncate(room - len(mark), overflow="ellipsis" if self._signs is not ASCII else "crop")
        return note.append(mark, style="bold")

    def _checks(self) -> None:
        for title, checks in self._page.checks.items():
            self._print(f" {title}", style="bold")
            for check in checks:
                line = self._cut(f"   {self._signs.of(check.verdict)} {check.text}")
                self._print(line, style=STYLES.get(check.verdict, "red"))
        self._print()

    # -- one failed check in full -----------------------------------------------------------------------

    def _detail(self, detail: Detail) -> None:
        sign = (f" {self._signs.of(detail.verdict)} ", STYLES.get(detail.verdict, "red"))
        first, *rest = Text(detail.heading).wrap(self._console, self._console.width - 4)[:HEADING]
        self._print(Text.assemble(sign, (first.plain, "bold")))
        for more in rest:
            self._print(f"   {more.plain}", style="bold")
        for line in detail.trace:
            self._print(self._cut(f"   {line}"), style="dim")
        if detail.where:
            self._print(Text(f"   {detail.where}", style="cyan"))
        if detail.code:
            self._print(self._cut(f"   {detail.line:>4} | {detail.code}"))
            if detail.column and detail.column <= len(detail.code) + 1:
                self._print(" " * (9 + detail.column) + "^", style="red")
        wide = self._console.width - len("   expected  ") - 1
        for label, lines in detail.evidence:
            shown = textwrap.wrap(lines[0], wide, max_lines=2, placeholder=" ...") if label == "call" else lines
            for line in labelled(f"   {label:<9} ", tuple(shown)):
                self._print(self._cut(line))
        for line in detail.said:
            self._print(self._cut(f"   {line}"))
        for label, text in detail.remarks:
            self._print(self._cut(f"   {label:<9} {text}"), style="dim")
        self._print()

    # -- what is below ----------------------------------------------------------------------------------

    def _curves(self) -> None:
        for line in curve_lines(self._page, self._signs.blocks):
            self._print(self._cut(f" {line}"))
            self._print()

    def _total(self) -> None:
        if self._page.left_out:
            for line in textwrap.wrap(self._page.left_out, self._console.width - 2):
                self._print(f" {line}")
        if self._page.totals:
            self._print(f" {self._page.totals}")
        if self._page.warning:
            self._print(f" {self._page.warning}", style="magenta")
        for notice in self._page.notices:
            self._print(f" {notice}")
        self._print(self._cut(f" {self._page.sandbox}"), style="dim")

    def _what_next(self) -> None:
        self._print()
        if self._page.conclusion:
            self._print(f" {self._signs.passed} {self._page.conclusion}", style="green")
        if self._page.start:
            self._print(f" {self._page.start}")
        if self._page.next:
            where, title, advice = self._page.next
            self._print(Text.assemble((" Next  ", "bold"), where, f"   {title}"))
            if advice:
                self._print(f"       {advice}")

    def _cut(self, line: str) -> str:
        limit = self._console.width - 1
        text = Text(line)
        text.truncate(limit, overflow="ellipsis" if self._signs is not ASCII else "crop")
        return text.plain

    def _print(self, line: str | Text = "", style: str | None = None) -> None:
        self._console.print(line, style=style, soft_wrap=True)
