"""The order in which the book is read, by the paths of files: what comes in a later chapter counts."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from unicodedata import normalize

NUMBER = re.compile(r"([0-9]+)")
NUMERAL = re.compile(r"第([一二三四五六七八九十])(?=[章节節])")
NUMERALS = "零一二三四五六七八九十"
NAMED = re.compile(
    r"(?:(?<![^\W_])ch(?:ap(?:ter)?)?[ _.-]*|第 ?)(\d{1,2})(?!\d)|(?<!\d)(\d{1,2}) ?[장章]"
)  # ch04, 第4章, 4장
LEADING = re.compile(r"(\d{1,2})(?=[ _.-]|$)")  # 4_losses.py, 4.2.1.py

Key = tuple[tuple[tuple[int, int, str], ...], ...]


def folded(path: str) -> str:
    """Return a path with digits of one kind, in lower case."""
    text = normalize("NFKC", path).casefold()
    return NUMERAL.sub(lambda found: f"第{NUMERALS.index(found[1])}", text)


def natural(path: str) -> Key:
    """Return what sorts paths as people do: ch05 after ch04, 10 after 9, 第五章 after 第四章, whatever the case.

    Digits of any width count, and longer ones than anybody counts to are words.
    """
    return tuple(
        tuple(
            (0, int(piece), "") if piece.isdecimal() and piece.isascii() and len(piece) < 10 else (1, 0, piece)
            for piece in NUMBER.split(part)
            if piece
        )
        for part in folded(path).split("/")
    )


def chapter_of(path: str) -> int:
    """Return the chapter that a path names, the folder or file that is deepest first; 0 where it names none."""
    parts = PurePosixPath(folded(path)).with_suffix("").parts[::-1]
    for pattern in (NAMED.search, LEADING.match):
        for part in parts:
            if found := pattern(part):
                return int(next(filter(None, found.groups())))
    return 0
