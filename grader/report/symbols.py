"""Signs for verdicts, and whether a screen can show them."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Verdict

WAITING = (Verdict.TODO, Verdict.BLOCKED)


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
    line: str = "─"

    def of(self, verdict: Verdict) -> str:
        """Return the sign of a verdict."""
        signs = {Verdict.PASSED: self.passed, Verdict.TODO: self.todo, Verdict.BLOCKED: self.blocked}
        return {**signs, Verdict.BROKEN: self.broken}.get(verdict, self.failed)

    def in_bar(self, verdict: Verdict) -> str:
        """Return the sign of one check among others."""
        return self.dot if verdict is Verdict.PASSED else self.todo if verdict in WAITING else self.of(verdict)


ASCII = Symbols("+", "x", ".", "-", "!", "*", "<-", "^", "_.-=+*#%", "-")


def symbols_for(encoding: str | None) -> Symbols:
    """Return signs that the encoding has: cp932, cp949 and cp1252 lack the check mark."""
    signs = Symbols()
    every = "".join(getattr(signs, name) for name in Symbols.__slots__)
    try:
        every.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return ASCII
    return signs
