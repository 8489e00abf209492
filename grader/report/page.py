"""A report in words, ready to be laid out: what the terminal and a notebook both say.

Everything in a page is safe to show: a stranger's text is cleaned as it comes in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from grader.model import ExerciseResult, Finding, Outcome, Report, Score, Verdict
from grader.report.symbols import WAITING
from grader.report.text import clean
from grader.report.wording import labelled, notice_sentence, place_text, sentence, trace_lines

MAIN_LAYERS = ("namespaces", "landlock", "seccomp", "bubblewrap")  # of a sandbox: what a reader wants to know
START = "Nothing is written yet. That is where everybody starts."
NOT_FOUND = "None of the functions and classes that are asked for was found in what was handed in."
NOTHING = "Nothing of this course is answered here, so nothing is scored."
MAX_SAID = 3  # lines of an exception's text


@dataclass(frozen=True, slots=True)
class Row:
    """One exercise in the table."""

    title: str
    verdict: Verdict
    checks: tuple[Verdict, ...]
    score: Score
    note: str
    next: bool  # this is the one to go on with


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One check in a list of all."""

    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One failed check in full."""

    verdict: Verdict
    heading: str
    trace: tuple[str, ...]  # how the learner's code came to the place
    where: str
    line: int
    code: str
    column: int | None
    evidence: tuple[tuple[str, tuple[str, ...]], ...]  # call, expected, yours: lines by label
    said: tuple[str, ...]  # the exception's own text
    remarks: tuple[tuple[str, str], ...]  # printed, check, note


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report.

    Attributes:
        course: its title.
        score: in all.
        rows: the table.
        checks: every check of each exercise, by its title; empty where that was not asked for.
        details: what is wrong and where, an exercise each.
        curves: series by name, by exercise.
        totals: how far the points go.
        warning: why the report is not final; nothing where it is.
        left_out: what was not attempted, where that is not scored.
        notices: what costs nobody a point.
        sandbox: which isolation ran.
        start: what there is to say where nothing is written yet.
        conclusion: what there is to say where all is right.
        next: where to go on, with which exercise, and how; empty where there is nothing to do.
    """

    course: str
    score: Score
    rows: tuple[Row, ...]
    checks: Mapping[str, tuple[CheckLine, ...]]
    details: tuple[Detail, ...]
    curves: Mapping[str, Mapping[str, tuple[float, ...]]]
    totals: str
    left_out: str
    warning: str
    notices: tuple[str, ...]
    sandbox: str
    start: str
    conclusion: str
    next: tuple[str, str, str] | None


def page_of(report: Report, root: str = "", *, verbose: bool = False) -> Page:
    """Put a report into words.

    Args:
        report: what to say.
        root: the submission's folder as the reader would write it.
        verbose: list the checks that passed as well.
    """
    upcoming = next((r for r in report.exercises if not r.complete and not only_waits(r)), None)
    shown = ((result, shown_in_full(result)) for result in report.exercises)
    return Page(
        course=report.course,
        score=report.score,
        rows=tuple(row_of(r, r is upcoming and report.score.points > 0) for r in report.exercises),
        checks={r.exercise.title: check_lines(r) for r in report.exercises if verbose},
        details=tuple(d for result, outcome in shown if outcome and (d := detail_of(result, outcome, root))),
        curves={r.exercise.title: dict(r.series) for r in report.exercises if any(r.series.values())},
        totals=totals(report),
        left_out=left_out(report),
        warning=warning(report),
        notices=tuple(clean(notice_sentence(notice)) for notice in report.notices),
        sandbox=f"sandbox: {sandbox_words(report)}",
        start=start_of(report),
        conclusion=conclusion(report),
        next=next_step(upcoming, root) if upcoming else None,
    )


def start_of(report: Report) -> str:
    """Return what there is to say where nothing is written yet; nothing where anything is."""
    if not report.exercises:
        return NOTHING if report.unattempted else ""
    findings = [outcome.finding for outcome in report.outcomes if outcome.finding]
    begun = any(finding.kind == "no_method" for finding in findings)
    if begun or any(outcome.verdict not in WAITING for outcome in report.outcomes):
        return ""
    return START if any(finding.kind == "todo" for finding in findings) else NOT_FOUND if findings else ""


def conclusion(report: Report) -> str:
    """Return what there is to say where all is right; nothing where it is not, or where there is nothing."""
    if not report.exercises or not all(result.complete for result in report.exercises):
        return ""
    which = "check" if report.hidden_ran else "visible check"
    return f"Every {which} of what is handed in passes." if report.unattempted else f"Every {which} passes."


def left_out(report: Report) -> str:
    """List what was not attempted, and is not scored; nothing where all is."""
    waiting = [r for r in report.unattempted if all(o.verdict is Verdict.BLOCKED for o in r.outcomes)]
    missing = ", ".join(r.exercise.title for r in report.unattempted if r not in waiting)
    later = ", ".join(r.exercise.title for r in waiting)
    parts = (f"not handed in: {missing}" if missing else "", f"waiting for these: {later}" if later else "")
    return "; ".join(filter(None, parts))


def warning(report: Report) -> str:
    """Return why a report is not final; nothing where it is, or where a notice says it."""
    if any(outcome.verdict is Verdict.BROKEN for outcome in report.outcomes):
        return "This report is not final: a check of ours failed, which costs no points."
    if any(not outcome.settled for outcome in report.outcomes):
        return (
            "This report is not final: the answers ended their sandbox, and this machine gave no other as strong. "
            "The checks that were not run for it count as lost until it is graded again."
        )
    return ""


def row_of(result: ExerciseResult, upcoming: bool) -> Row:
    """Return an exercise's line of the table."""
    checks = tuple(outcome.verdict for outcome in result.outcomes)
    return Row(result.exercise.title, verdict_of(result), checks, result.score, clean(note(result)), upcoming)


def check_lines(result: ExerciseResult) -> tuple[CheckLine, ...]:
    """Return a line for each check of an exercise: its points, and what it asks."""
    return tuple(
        CheckLine(o.verdict, f"{f'{o.score.points}/{o.check.points}':>5}  {'hidden: ' * o.check.hidden}{o.check.title}")
        for o in result.outcomes
    )


def note(result: ExerciseResult) -> str:
    """Return what there is to say of an exercise in a few words."""
    first = result.first_open
    if first and first.finding:
        text = {"waits_for": "waits for {exercise}", "todo": "to do"}.get(first.finding.kind, "")
        return text.format_map(first.finding.values) if text else short(first.finding)
    if not result.outcomes:
        return "not checked"
    if result.stood_in:
        return "with our " + ", ".join(name.partition(".")[2] for name in result.stood_in)
    return ""


def detail_of(result: ExerciseResult, outcome: Outcome, root: str) -> Detail | None:
    """Return a failed check in full."""
    finding = outcome.finding
    if finding is None:
        return None
    heading = clean(sentence(finding))
    if result.exercise.title.partition(".")[0] not in heading:
        heading = f"{result.exercise.title}: {heading}"
    place = finding.place
    call = (clean(finding.call),) if finding.call else ()
    evidence = (("call", call), ("expected", finding.expected), ("yours", finding.yours))
    printed = clean(finding.printed, 200).strip().splitlines()
    names = ", ".join(name.partition(".")[2] for name in outcome.stood_in)
    remarks = (
        ("printed", printed[-1] if printed else ""),
        ("check", outcome.check.title),
        ("note", f"checked with our {names} in place of yours" if names else ""),
        ("note", clean(word_if_missing(result, finding))),
    )
    return Detail(
        verdict=outcome.verdict,
        heading=heading,
        trace=tuple(clean(line) for line in trace_lines(finding)),
        where=clean(place_text(place, root)) if place else "",
        line=place.line if place else 0,
        code=clean(place.code) if place else "",
        column=place.column if place else None,
        evidence=tuple((label, tuple(map(clean, lines))) for label, lines in evidence if lines),
        said=tuple(clean(finding.said, 600).splitlines()[:MAX_SAID]),
        remarks=tuple((label, text) for label, text in remarks if text),
    )


def totals(report: Report) -> str:
    """Say how far the points go; nothing where there is nothing to add."""
    score = report.score
    if report.hidden_ran:
        return f"{score.points} of {score.possible} points; public and hidden checks ran."
    if report.hidden_points:
        public = f"public checks {score.points}/{score.possible}"
        return f"{public}; hidden checks ({report.hidden_points} points) are run by your instructor"
    return ""


def next_step(result: ExerciseResult, root: str) -> tuple[str, str, str]:
    """Return where to go on, the exercise, and what to do or read."""
    first = shown_in_full(result) or result.first_open
    finding = first.finding if first else None
    place = (finding and finding.place) or result.place
    folder = f"{root}/" if root and root != "." else ""
    where = place_text(place, root) if place else f"{folder}{result.exercise.module}.py"
    if finding and finding.kind == "not_there" and not place:
        where = "in your code"
    advice = finding.values.get("todo", "") if finding and finding.kind == "todo" else ""
    advice = advice or (word_if_missing(result, finding) if finding else "")
    if not advice and result.exercise.section:
        advice = f"See section {result.exercise.section} of the book."
    return clean(where), result.exercise.title, clean(advice)


def word_if_missing(result: ExerciseResult, finding: Finding) -> str:
    """Return what the course has to say where an answer is not there under any name; nothing where it is."""
    absent = finding.kind in ("not_there", "no_module") or (
        finding.kind == "missing" and not finding.values.get("close")
    )
    return result.exercise.missing if absent else ""


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


def detail_lines(detail: Detail) -> list[str]:
    """Return what stands below a detail's heading, aligned in columns."""
    lines = [*detail.trace, *([detail.where] if detail.where else [])]
    lines += [f"{detail.line:>6} | {detail.code}"] if detail.code else []
    lines += [" " * (8 + detail.column) + "^"] if detail.code and detail.column else []
    for label, texts in detail.evidence:
        lines += labelled(f"{label:<9} ", texts)
    return [*lines, *detail.said, *(f"{label:<9} {text}" for label, text in detail.remarks)]


def curve_lines(page: Page, blocks: str) -> Iterator[str]:
    """Yield the series, one exercise a line."""
    for title, series in page.curves.items():
        parts = [curve_text(name, values, blocks) for name, values in series.items() if values]
        yield f"{title}: " + "   ".join(parts)


def curve_text(name: str, values: Sequence[float], blocks: str) -> str:
    """Return a series in a line: where it begins, how it goes, where it ends."""
    if len(values) == 1:
        return f"{name} {values[0]:.3f}"
    return f"{name} {values[0]:.2f} {sparkline(values, blocks)} {values[-1]:.2f}"


def sparkline(values: Sequence[float], blocks: str, columns: int = 24) -> str:
    """Return a series as a row of blocks: means of equal stretches, from its lowest to its highest."""
    count = min(columns, len(values))
    edges = [round(i * len(values) / count) for i in range(count + 1)]
    means = [sum(values[a:b]) / (b - a) for a, b in pairwise(edges)]
    finite = [m for m in means if m == m and abs(m) != float("inf")]
    low, high = (min(finite), max(finite)) if finite else (0.0, 0.0)
    span = (high - low) or 1.0
    return "".join(blocks[round((m - low) / span * (len(blocks) - 1))] if m in finite else "?" for m in means)
