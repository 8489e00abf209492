"""A report as Markdown, for front ends that show no HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from grader.model import Report
from grader.report.page import CheckLine, Detail, Page, curve_lines, detail_lines, page_of
from grader.report.symbols import Symbols

SIGNS = Symbols()
SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~&$-])")


def to_markdown(report: Report, *, verbose: bool = False) -> str:
    """Return a report; what a stranger wrote stands in it as text, never as markup.

    Args:
        report: what to say.
        verbose: list the checks that passed as well.
    """
    page = page_of(report, verbose=verbose)
    parts = [
        f"**{plain(page.course)}**   {page.score.points} / {page.score.possible} points",
        table(page),
        *(check_block(title, checks) for title, checks in page.checks.items()),
        *(detail_block(detail) for detail in page.details),
        *(plain(line) for line in curve_lines(page, SIGNS.blocks)),
        *footer(page),
    ]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """Return a text whose signs mean nothing to Markdown."""
    marked = SPECIAL.sub(r"\\\1", text.replace("\n", " ").strip())
    return re.sub(r"^(\d+)([.)])", r"\1\\\2", marked)


def table(page: Page) -> str:
    """Return the table of exercises."""
    lines = ["| | exercise | checks | points | |", "|---|---|---|---|---|"]
    for row in page.rows:
        bar = "".join(SIGNS.in_bar(verdict) for verdict in row.checks)
        note = plain(row.note) + (f" **{SIGNS.arrow} next**" if row.next else "")
        score = f"{row.score.points} / {row.score.possible}"
        lines.append(f"| {SIGNS.of(row.verdict)} | {plain(row.title)} | {bar} | {score} | {note} |")
    return "\n".join(lines)


def check_block(title: str, checks: Iterable[CheckLine]) -> str:
    """Return all checks of an exercise, a line each."""
    lines = [f"{SIGNS.of(check.verdict)} {check.text}" for check in checks]
    return f"**{plain(title)}**\n\n{indented(lines)}"


def detail_block(detail: Detail) -> str:
    """Return one failed check in full."""
    return f"{SIGNS.of(detail.verdict)} **{plain(detail.heading)}**\n\n{indented(detail_lines(detail))}"


def indented(lines: Sequence[str]) -> str:
    """Return lines as a code block, which no line can end."""
    return "\n".join(f"    {part}" for line in lines for part in line.split("\n"))


def footer(page: Page) -> Iterable[str]:
    """Yield what stands below: points, notices, and where to go on."""
    yield from (plain(t) for t in (page.left_out, page.totals, page.warning, *page.notices, page.sandbox) if t)
    if page.conclusion:
        yield f"{SIGNS.passed} {plain(page.conclusion)}"
    if page.start:
        yield plain(page.start)
    if page.next:
        where, title, advice = map(plain, page.next)
        yield f"**Next**   {where}   {title}  \n{advice}"
