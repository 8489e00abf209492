"""The report as a learner sees it: a table, what is wrong and where, and the one thing to do next."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.export.text import clean
from grader.export.wording import labelled, notice_sentence, sentence
from grader.model import ExerciseResult, Finding, Outcome, Place, Report, Verdict

MAX_WIDTH, MIN_WIDTH = 100, 40
NO_BARS = 60  # columns: below it the bars go
MAIN_LAYERS = ("namespaces", "landlock", "seccomp", "bubblewrap")  # of a sandbox: what a reader wants to know
WAITING = (Verdict.TODO, Verdict.BLOCKED)
STYLES = {
    Verdict.PASSED: "green",
    Verdict.TODO: "dim",
    Verdict.BLOCKED: "dim",
    Verdict.BROKEN: "magenta",
}  # everything else is red


@dataclass(frozen=True, slots=True)
class Symbols:
    """The signs of a screen; every one of them says what its colour says."""

    passed: str = "✓"
    failed: str = "✗"
    todo: str = "○"
    blocked: str = "–"
    broken: str = "!"
    dot: str = "●"
    arrow: str = "←"
    mark: str = "▲"
    blocks: str = "▁▂▃▄▅▆▇█"

    def of(self, verdict: Verdict) -> str:
        """Return the sign of a verdict."""
        signs = {Verdict.PASSED: self.passed, Verdict.TODO: self.todo, Verdict.BLOCKED: self.blocked}
        return {**signs, Verdict.BROKEN: self.broken}.get(verdict, self.failed)


ASCII = Symbols("+", "x", ".", "-", "!", "*", "<-", "^", "_.-=+*#%")


def symbols_for(encoding: str | None) -> Symbols:
    """Return signs that the encoding has: cp932, cp949 and cp1252 lack the check mark."""
    signs = Symbols()
    every = "".join(getattr(signs, name) for name in Symbols.__slots__)
    try:
        every.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return signs


def make_console(file: IO[str], *, color: bool = True) -> Console:
    """Return a console of 40 to 100 columns that never fails while it prints."""
    if hasattr(file, "reconfigure"):
        file.reconfigure(errors="replace")
    console = Console(file=file, no_color=None if color else True, highlight=False, markup=False, emoji=False)
    known = console.is_terminal or os.environ.get("COLUMNS", "").isdigit()
    width = max(MIN_WIDTH, min(MAX_WIDTH, console.width if known else 80))
    console.width = width
    return console


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
        self._report = report
        self._console = console
        self._root = root
        self._verbose = verbose
        self._signs = symbols_for(console.encoding)
        self._next = next((r for r in report.exercises if not r.complete and not only_waits(r)), None)

    def show(self) -> None:
        """Print everything, in the order in which it is read."""
        self._headline()
        self._exercises()
        if self._verbose:
            self._checks()
        for result in self._report.exercises:
            if result.first_open and (open_check := shown_in_full(result)):
                self._finding(result, open_check)
        self._curves()
        self._total()
        self._what_next()

    # -- the table --------------------------------------------------------------------------------------

    def _headline(self) -> None:
        score = self._report.score
        left, right = f" {self._report.course}", f"{score.points} / {score.possible} points"
        space = " " * max(2, self._console.width - len(left) - len(right) - 1)
        self._print(Text.assemble((left, "bold"), space, (right, "bold")))
        self._print()

    def _exercises(self) -> None:
        bars = self._console.width >= NO_BARS
        titles = max(18, *(len(result.exercise.title) for result in self._report.exercises))
        checks = max(len(result.outcomes) for result in self._report.exercises) if bars else 0
        room = self._console.width - titles - checks - len("  x    10 / 10   ") - 2 * bars
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=True)
        widths = [1, titles, *([checks] if bars else []), len("10 / 10"), max(room, 1)]
        for width in widths:
            table.add_column(no_wrap=True, width=width, overflow="crop")
        for result in self._report.exercises:
            verdict = verdict_of(result)
            row = [
                Text(self._signs.of(verdict), style=STYLES.get(verdict, "red")),
                Text(result.exercise.title, style="" if verdict is not Verdict.TODO else "dim"),
                *([self._bar(result)] if bars else []),
                Text(f"{result.score.points:2} / {result.score.possible:2}"),
                self._note(result, room),
            ]
            table.add_row(*row)
        self._console.print(table)
        self._print()

    def _bar(self, result: ExerciseResult) -> Text:
        bar = Text()
        for outcome in result.outcomes:
            sign = self._signs.dot if outcome.verdict is Verdict.PASSED else self._signs.of(outcome.verdict)
            waits = outcome.verdict in WAITING
            bar.append(self._signs.todo if waits else sign, style=STYLES.get(outcome.verdict, "red"))
        return bar

    def _note(self, result: ExerciseResult, room: int) -> Text:
        first = result.first_open
        text = ""
        if first and first.finding:
            text = {"waits_for": "waits for {exercise}", "todo": "to do"}.get(first.finding.kind, "")
            text = text.format_map(first.finding.values) if text else short(first.finding)
        elif not result.outcomes:
            text = "not checked"
        elif result.stood_in:
            text = "with our " + ", ".join(name.partition(".")[2] for name in result.stood_in)
        note = Text(clean(text), style="dim" if first is None or first.verdict in WAITING else "")
        mark = f"  {self._signs.arrow} next" if result is self._next and self._report.score.points else ""
        note.truncate(room - len(mark), overflow="ellipsis" if self._signs is not ASCII else "crop")
        return note.append(mark, style="bold")

    def _checks(self) -> None:
        for result in self._report.exercises:
            self._print(f" {result.exercise.title}", style="bold")
            for outcome in result.outcomes:
                hidden = "hidden: " if outcome.check.hidden else ""
                points = f"{outcome.score.points}/{outcome.check.points}"
                line = self._cut(f"   {self._signs.of(outcome.verdict)} {points:>5}  {hidden}{outcome.check.title}")
                self._print(line, style=STYLES.get(outcome.verdict, "red"))
        self._print()

    # -- one failed check in full -----------------------------------------------------------------------

    def _finding(self, result: ExerciseResult, outcome: Outcome) -> None:
        finding = outcome.finding
        if finding is None:
            return
        heading = clean(sentence(finding))
        if result.exercise.title.partition(".")[0] not in heading:
            heading = f"{result.exercise.title}: {heading}"
        self._print(
            Text.assemble(
                (f" {self._signs.of(outcome.verdict)} ", STYLES.get(outcome.verdict, "red")), (heading, "bold")
            )
        )
        if finding.place:
            self._place(finding.place)
        wide = self._console.width - len("   expected  ") - 1
        call = textwrap.wrap(clean(finding.call), wide, max_lines=2, placeholder=" ...")
        for label, lines in (("call", call), ("expected", finding.expected), ("yours", finding.yours)):
            for line in labelled(f"   {label:<9} ", tuple(lines)):
                self._print(self._cut(clean(line)))
        for line in clean(finding.said, 600).splitlines()[:3]:
            self._print(self._cut(f"   {line}"))
        if finding.printed.strip():
            self._print(self._cut(f"   printed   {clean(finding.printed, 200).strip().splitlines()[-1]}"), style="dim")
        self._print(self._cut(f"   check     {outcome.check.title}"), style="dim")
        if result.stood_in:
            names = ", ".join(name.partition(".")[2] for name in result.stood_in)
            self._print(self._cut(f"   note      checked with our {names} in place of yours"), style="dim")
        self._print()

    def _place(self, place: Place) -> None:
        where = f"{self._path(place.file)}:{place.line}"
        self._print(Text(f"   {clean(where)}", style="cyan"))
        if place.code:
            code = clean(place.code)
            self._print(self._cut(f"   {place.line:>4} | {code}"))
            if place.column and place.column <= len(code) + 1:
                self._print(" " * (9 + place.column) + "^", style="red")

    def _path(self, file: str) -> str:
        return (self._root / file).as_posix()

    # -- what is below ----------------------------------------------------------------------------------

    def _curves(self) -> None:
        for result in self._report.exercises:
            parts = [self._curve(name, values) for name, values in result.series.items() if values]
            if parts:
                self._print(self._cut(f" {result.exercise.title}: " + "   ".join(parts)))
                self._print()

    def _curve(self, name: str, values: Sequence[float]) -> str:
        if len(values) == 1:
            return f"{name} {values[0]:.3f}"
        return f"{name} {values[0]:.2f} {sparkline(values, self._signs.blocks)} {values[-1]:.2f}"

    def _total(self) -> None:
        report, score = self._report, self._report.score
        if report.hidden_ran:
            self._print(f" {score.points} of {score.possible} points; public and hidden checks ran.")
        elif report.hidden_points:
            self._print(
                f" public checks {score.points}/{score.possible}; hidden checks ({report.hidden_points} points)"
                " are run by your instructor"
            )
        if any(outcome.verdict is Verdict.BROKEN for outcome in report.outcomes):
            self._print(" This report is not final: a check of ours failed, which costs no points.", style="magenta")
        for notice in report.notices:
            self._print(f" {clean(notice_sentence(notice))}")
        self._print(self._cut(f" sandbox: {sandbox_words(report)}"), style="dim")

    def _what_next(self) -> None:
        self._print()
        if self._next is None:
            if all(result.complete for result in self._report.exercises):
                which = "Every check passes." if self._report.hidden_ran else "Every visible check passes."
                self._print(f" {self._signs.passed} {which}", style="green")
            return
        if all(outcome.verdict in WAITING for outcome in self._report.outcomes):
            self._print(" Nothing is written yet. That is where everybody starts.")
        first = shown_in_full(self._next) or self._next.first_open
        finding = first.finding if first else None
        place = (finding and finding.place) or self._next.place
        where = f"{self._path(place.file)}:{place.line}" if place else f"{self._next.exercise.module}.py"
        self._print(Text.assemble((" Next  ", "bold"), clean(where), f"   {self._next.exercise.title}"))
        advice = finding.values.get("todo", "") if finding and finding.kind == "todo" else ""
        if advice:
            self._print(f"       {clean(advice)}")
        elif self._next.exercise.section:
            self._print(f"       See section {self._next.exercise.section} of the book.")

    def _cut(self, line: str) -> str:
        limit = self._console.width - 1
        text = Text(line)
        text.truncate(limit, overflow="ellipsis" if self._signs is not ASCII else "crop")
        return text.plain

    def _print(self, line: str | Text = "", style: str | None = None) -> None:
        self._console.print(line, style=style, soft_wrap=True)


def sandbox_words(report: Report) -> str:
    """Return which isolation ran, in a few words."""
    if report.sandbox == "limits":
        return "limits: a guard rail, not a wall"
    names = [layer.partition(":")[0] for layer in report.layers]
    return f"{report.sandbox} ({', '.join(name for name in names if name.startswith(MAIN_LAYERS))})"


def verdict_of(result: ExerciseResult) -> Verdict:
    """Return the verdict that stands for a whole exercise: of its first check that is really wrong, if any."""
    found = shown_in_full(result) or result.first_open
    return found.verdict if found else Verdict.PASSED if result.complete else Verdict.BLOCKED


def shown_in_full(result: ExerciseResult) -> Outcome | None:
    """Return the first check that is wrong, and not only waiting."""
    wrong = (o for o in result.outcomes if o.verdict is not Verdict.PASSED and o.verdict not in WAITING)
    return next(wrong, None)


def only_waits(result: ExerciseResult) -> bool:
    """Return whether all that is open waits for another exercise."""
    return all(o.verdict in (Verdict.PASSED, Verdict.BLOCKED) for o in result.outcomes)


def short(finding: Finding) -> str:
    """Return a finding in a few words, for the table."""
    text = sentence(finding)
    subject = finding.values.get("part") or finding.values.get("name") or ""
    return text.removeprefix(f"{subject} is ").removeprefix(f"{subject}: ").removeprefix(f"{subject} ")


def sparkline(values: Sequence[float], blocks: str, columns: int = 24) -> str:
    """Return a series as a row of blocks: means of equal stretches, from its lowest to its highest."""
    count = min(columns, len(values))
    edges = [round(i * len(values) / count) for i in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
    finite = [m for m in means if m == m and abs(m) != float("inf")]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    span = (high - low) or 1.0
    return "".join(blocks[round((m - low) / span * (len(blocks) - 1))] if m in finite else "?" for m in means)
