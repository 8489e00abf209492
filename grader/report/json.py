"""The versioned JSON report: for programs, and for keeping."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

from grader.model import ExerciseResult, Finding, Outcome, Report
from grader.report.text import clean
from grader.report.wording import message, notice_sentence

VERSION = 1
KEYS = {"version", "student", "course", "digest", "exercises"}  # that every report has


def to_json(report: Report) -> str:
    """Return the report as JSON text, with a newline at its end; never NaN or Infinity."""
    return json.dumps(report_data(report), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def is_report(text: bytes) -> bool:
    """Whether a file's content is what ``to_json`` writes: a report, in that layout."""
    try:
        data = json.loads(text)
        return data.keys() >= KEYS and (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode() == text
    except (ValueError, AttributeError, RecursionError):
        return False


def report_data(report: Report) -> dict[str, Any]:
    """Return the report as what JSON can hold."""
    return {
        "version": VERSION,
        "student": clean(report.student),
        "course": report.course,
        "digest": report.digest,
        "sandbox": report.sandbox,
        "layers": list(report.layers),
        "seed": report.seed,
        "final": report.final,
        "score": report.score.points,
        "possible": report.score.possible,
        "hidden_ran": report.hidden_ran,
        "hidden_points": report.hidden_points,
        "notices": [clean(notice_sentence(notice)) for notice in report.notices],
        "exercises": [exercise_data(result) for result in report.exercises],
        "unattempted": [result.exercise.id for result in report.unattempted],
    }


def exercise_data(result: ExerciseResult) -> dict[str, Any]:
    """Return one exercise's part."""
    return {
        "id": result.exercise.id,
        "title": result.exercise.title,
        "score": result.score.points,
        "possible": result.score.possible,
        "attempted": result.attempted,
        "stood_in": list(result.stood_in),
        "checks": [check_data(outcome) for outcome in result.outcomes],
        "series": {name: [finite(value) for value in values] for name, values in result.series.items()},
    }


def check_data(outcome: Outcome) -> dict[str, Any]:
    """Return one check's part."""
    return {
        "id": outcome.check.id,
        "title": outcome.check.title,
        "verdict": outcome.verdict.value,
        "hidden": outcome.check.hidden,
        "score": outcome.score.points,
        "possible": outcome.score.possible,
        "message": clean(message(outcome.finding)),
        "finding": finding_data(outcome.finding) if outcome.finding else None,
        "seconds": round(outcome.seconds, 6),
    }


def finding_data(finding: Finding) -> dict[str, Any]:
    """Return the evidence, with every string made safe to show."""
    data: dict[str, Any] = cleaned(asdict(finding))
    return data


def cleaned(value: Any) -> Any:
    """Make every string in a nest of dicts and lists safe to show."""
    match value:
        case str():
            return clean(value)
        case dict():
            return {clean(key): cleaned(part) for key, part in value.items()}
        case list() | tuple():
            return [cleaned(part) for part in value]
    return value


def finite(value: float) -> float | str:
    """Return a number that JSON can hold, or its name."""
    return value if math.isfinite(value) else str(value)
