"""A stranger's text, made safe to show: no control characters, no tricks with direction, no flood."""

from __future__ import annotations

import re

from grader.errors import is_plain

MAX_TEXT = 4000  # characters of a learner's text in one check's evidence
ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])")


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Return a text without ANSI sequences, control, bidi and surrogate characters, cut at ``limit``."""
    kept = "".join(c for c in ANSI.sub("", text[: 4 * limit]) if c in "\n\t" or is_plain(c))
    left = len(text) - limit
    return kept if len(kept) <= limit else f"{kept[:limit]}… ({left} more characters)"
