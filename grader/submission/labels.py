"""How the box names files and cells, and how a report names them."""

from __future__ import annotations

import re

from grader.model import Place

PREFIX = "<submission>/"  # begins the file names that the box reports
CELL = re.compile(r"(?P<file>.*\.ipynb)#(?P<cell>\d+)", re.IGNORECASE | re.DOTALL)
MAX_NAME = 1024  # characters of a file's name in a text
PRINTED = re.compile(rf"{PREFIX}([^\n\"]{{0,{MAX_NAME}}}\.ipynb)#(\d+)(?:\"?, line |:)(\d+)", re.IGNORECASE)


def place_in(file: str, line: int, code: str = "", column: int | None = None, function: str = "") -> Place:
    """Return the place that the box calls by ``file`` and ``line``."""
    label = file.removeprefix(PREFIX)
    if cell := CELL.fullmatch(label):
        return Place(cell["file"], line, code, column, int(cell["cell"]), function)
    return Place(label, line, code, column, None, function)


def readable(text: str) -> str:
    """Return what Python printed, with places as a report has them."""
    return PRINTED.sub(r"\1, cell \2, line \3", text).replace(PREFIX, "")
