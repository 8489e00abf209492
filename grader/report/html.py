"""A report as HTML for a notebook's output: inline styles only, since front ends drop everything else.

Colours are the browser's own or of middle lightness, so that it can be read on light and on dark.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from grader.model import Report, Verdict
from grader.report.page import CheckLine, Detail, Page, Row, curve_lines, detail_lines, page_of
from grader.report.symbols import WAITING, Symbols

SIGNS = Symbols()
GREEN, RED, GREY, VIOLET = "#2e9e4f", "#d64545", "#808080", "#a455c9"
CELL = "padding:2px 10px;text-align:left;border:0;background:none"
MONO = "font-family:monospace;white-space:pre-wrap;margin:2px 0 2px 1.5em;line-height:1.35;background:none"


def to_html(report: Report, *, verbose: bool = False) -> str:
    """Return a report as one ``div``; every text of a stranger's is escaped.

    Args:
        report: what to say.
        verbose: list the checks that passed as well.
    """
    page = page_of(report, verbose=verbose)
    points = f"{page.score.points} / {page.score.possible} points"
    parts = [
        f'<p style="margin:0 0 6px"><b>{escape(page.course)}</b> &nbsp; {points}</p>',
        table(page.rows),
        *(check_block(title, checks) for title, checks in page.checks.items()),
        *(detail_block(detail) for detail in page.details),
        *(f'<p style="margin:6px 0 0">{escape(line)}</p>' for line in curve_lines(page, SIGNS.blocks)),
        *footer(page),
    ]
    return f'<div style="font-size:14px;line-height:1.45">{"".join(parts)}</div>\n'


def colour(verdict: Verdict) -> str:
    """Return a verdict's colour; its sign says the same."""
    if verdict in WAITING:
        return GREY
    return {Verdict.PASSED: GREEN, Verdict.BROKEN: VIOLET}.get(verdict, RED)


def table(rows: Iterable[Row]) -> str:
    """Return the table of exercises."""
    lines = "".join(table_row(row) for row in rows)
    return f'<table style="border-collapse:collapse;border:0;margin:0 0 8px"><tbody>{lines}</tbody></table>'


def table_row(row: Row) -> str:
    """Return one exercise's line."""
    bar = "".join(coloured(SIGNS.in_bar(verdict), verdict) for verdict in row.checks)
    note = escape(row.note) + (f" <b>{SIGNS.arrow} next</b>" if row.next else "")
    score = f"{row.score.points} / {row.score.possible}"
    cells = [coloured(SIGNS.of(row.verdict), row.verdict), escape(row.title), bar, score, note]
    return "<tr>" + "".join(f'<td style="{CELL}">{cell}</td>' for cell in cells) + "</tr>"


def coloured(sign: str, verdict: Verdict) -> str:
    """Return a sign in its verdict's colour."""
    return f'<span style="color:{colour(verdict)}">{escape(sign)}</span>'


def check_block(title: str, checks: Iterable[CheckLine]) -> str:
    """Return all checks of an exercise, a line each."""
    lines = (f"{coloured(SIGNS.of(check.verdict), check.verdict)} {escape(check.text)}" for check in checks)
    return f'<p style="margin:8px 0 0"><b>{escape(title)}</b></p><pre style="{MONO}">{chr(10).join(lines)}</pre>'


def detail_block(detail: Detail) -> str:
    """Return one failed check in full."""
    sign = coloured(SIGNS.of(detail.verdict), detail.verdict)
    return f'<p style="margin:8px 0 0">{sign} <b>{escape(detail.heading)}</b></p>{mono(detail_lines(detail))}'


def mono(lines: Sequence[str]) -> str:
    """Return lines in which columns are aligned; ``pre`` keeps front ends from typesetting what is between ``$``."""
    return f'<pre style="{MONO}">{escape(chr(10).join(lines))}</pre>'


def footer(page: Page) -> Iterable[str]:
    """Yield what stands below: points, notices, and where to go on."""
    for text in filter(None, (page.left_out, page.totals, page.warning, *page.notices, page.sandbox)):
        yield f'<p style="margin:4px 0 0;color:{GREY}">{escape(text)}</p>'
    if page.conclusion:
        yield f'<p style="margin:8px 0 0">{coloured(SIGNS.passed, Verdict.PASSED)} {escape(page.conclusion)}</p>'
    if page.start:
        yield f'<p style="margin:8px 0 0">{escape(page.start)}</p>'
    if page.next:
        where, title, advice = map(escape, page.next)
        yield f'<p style="margin:8px 0 0"><b>Next</b> &nbsp; {where} &nbsp; {title}<br>{advice}</p>'
