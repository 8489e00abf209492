"""What a reader should know of how a submission was read, though it costs nobody a point."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from grader.model import Finding, Notice
from grader.submission.answers import Answers, Candidate, Rank
from grader.submission.cells import Skipped
from grader.submission.choice import Why
from grader.submission.script import Chosen, Script
from grader.submission.spelling import Fit

MOST, MANY = 5, 8  # notices of a kind, things in one; a report is not a list of everything
MOST_RUNS = 20  # of cells in a notice
FEW = 1  # notebooks of which it is told what is not run


def notices_of(
    run: Mapping[str, tuple[Script, Chosen]], answers: Answers, chosen: Mapping[str, Candidate], alone: str = ""
) -> Iterator[Notice]:
    """Yield what a reader should know of the files that are run, and of where answers were found."""
    yield from found_elsewhere(chosen, alone)
    yield from two_answers(answers)
    told = [candidate.lost.place for candidate in chosen.values() if candidate.lost]
    notebooks = [path for path, (script, _) in run.items() if script.is_notebook]
    for script, part in run.values():
        places = {(place.cell or 0, place.line) for place in told if place and place.file == script.label}
        yield from not_run(script, part, places, briefly=not script.is_notebook or len(notebooks) > FEW)


def found_elsewhere(chosen: Mapping[str, Candidate], alone: str) -> Iterator[Notice]:
    """Yield under which other names answers were found, and where, beside a file that was handed in alone."""
    other = [
        f"{candidate.name} for {name} ({candidate.script.label})"
        for name, candidate in chosen.items()
        if candidate.name != name and (candidate.fit < Fit.EXACT or candidate.rank is Rank.IMPORTED)
    ]
    if other:
        yield Notice("other_names", {"what": listed(other)})
    if alone:
        elsewhere = [f"{name} ({c.script.label})" for name, c in chosen.items() if c.script.path != alone]
        if elsewhere:
            yield Notice("beside", {"file": alone, "what": listed(elsewhere)})


def two_answers(answers: Answers) -> Iterator[Notice]:
    """Yield which of two answers counts, those of the same two files together."""
    pairs: dict[tuple[str, str, str], list[str]] = {}
    for name, first, other in answers.others():
        kind = "half_there" if answers.is_half(first, other) else "two_answers"
        pairs.setdefault((kind, first.script.label, other.script.label), []).append(name)
    for (kind, counts, differs), names in list(pairs.items())[:MOST]:
        yield Notice(kind, {"names": listed(names), "file": counts, "other": differs})


def listed(words: Sequence[str]) -> str:
    """Return words as text, at most so many as one reads."""
    return ", ".join([*words[:MANY], *([f"{len(words) - MANY} more"] if len(words) > MANY else [])])


def problems_of(problems: Iterable[Finding]) -> list[Notice]:
    """Return why files could not be read."""
    return at_most([Notice(problem.kind, problem.values) for problem in problems])


def at_most(notices: Sequence[Notice], most: int = 10) -> list[Notice]:
    """Return the first of many notices, and how many there are besides."""
    rest = len(notices) - most
    return [*notices[:most], *([Notice("more_not_read", {"count": str(rest)})] if rest > 0 else [])]


# -- what is not run --------------------------------------------------------------------------------------


def not_run(script: Script, chosen: Chosen, told: Collection[tuple[int, int]], *, briefly: bool) -> Iterator[Notice]:
    """Yield what is not run of a file, less the cells and lines told elsewhere; ``briefly`` only what is a mistake."""
    left = [skipped for skipped in chosen.skipped if (skipped.number, skipped.line) not in told]
    by_why: dict[Why, list[Skipped]] = {why: [s for s in left if s.why is why] for why in Why}
    for why, kind in ((Why.NOT_PYTHON, "cell_not_python"), (Why.RESULT, "cell_result")):
        for skipped in by_why[why][:MOST]:
            cell = {"cell": str(skipped.number)} if skipped.number else {}
            yield Notice(
                kind,
                {"file": script.label, **cell, "line": str(skipped.line), "what": skipped.what, "said": skipped.detail},
            )
    if briefly:
        return
    commands = dict.fromkeys((command_name(skipped.what), skipped.number) for skipped in by_why[Why.COMMAND])
    if commands:
        what = listed([f"{what} (cell {number})" for what, number in commands])
        yield Notice("commands_ignored", {"file": script.label, "what": what})
    cells = {s.number for why in (Why.SHOWS, Why.UNNEEDED, Why.SCRIPT) for s in by_why[why]}
    if cells:
        run = {cell.number for cell in chosen.cells}
        whole, parts = sorted(cells - run), sorted(cells & run)
        yield Notice("cells_left_out", {"file": script.label, "cells": numbers(whole), "parts": numbers(parts)})


def command_name(text: str) -> str:
    """Return a command's first word; all of it where it installs something, which somebody may look for."""
    words = text.replace("! ", "!", 1).split()
    return " ".join(words[:6] if "install" in words else words[:1])


def numbers(values: Sequence[int]) -> str:
    """Return whole numbers as text, runs of them shortened: ``1, 3-5``."""
    runs: list[list[int]] = []
    for value in values:
        if runs and value == runs[-1][-1] + 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    listed = [str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return ", ".join([*listed[:MOST_RUNS], *(["and more"] if len(listed) > MOST_RUNS else [])])
