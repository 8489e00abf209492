"""Read a notebook's file: JSON of version 3 or 4, leniently, as a list of cells.

What a notebook shows is dropped as it is read, and its metadata decides nothing about a grade.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from grader.errors import SubmissionError
from grader.submission.bounds import MAX_FILE

MAX_VALUES = 2 << 20  # in lists and objects; each takes up to a hundred bytes of memory for two of the file
OBJECT = 4  # an object takes as much memory as so many other values
MAX_QUOTES = 2 << 20  # where strings have to be told from what is between them: each gap takes 40 bytes
MAX_DIGITS = 18  # of a whole number; a fraction means nothing here
MAX_DECODED = 2 * MAX_FILE  # bytes of memory; one emoji makes each character take four
# A picture in letters, which no line of code is. Left out before anything else, it costs nothing.
PICTURE = re.compile(rb'"(?:[A-Za-z0-9+/]{76}\\n)*+(?:[A-Za-z0-9+/]{1024,}+|(?<=\\n)[A-Za-z0-9+/]*+)={0,2}+(?:\\n)?+"')
STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
WIDE = re.compile(rb"[\xf0-\xf4]")
SURROGATE = re.compile("[\ud800-\udfff]")

Json = Any


def read_cells(text: str | bytes, name: str) -> list[dict[str, Json]]:
    """Return a notebook's cells without their outputs.

    Raises:
        SubmissionError: it is no notebook.
    """
    if isinstance(text, str):
        text = text.encode("utf-8", "surrogatepass")
    try:
        content = json.loads(bounded(text, name), object_hook=without_output, parse_int=whole, parse_float=bool)
    except RecursionError as error:
        raise SubmissionError(f"{name}: nested too deeply to be a notebook") from error
    except ValueError as error:
        raise SubmissionError(f"{name}{why_no_json(text, error)}") from error
    cells = cells_of(content)
    if cells is None:
        raise SubmissionError(f"{name}: this is JSON, but no notebook: it has no list of cells")
    return [cell for cell in cells if isinstance(cell, dict)]


def bounded(text: bytes, name: str) -> bytes:
    """Return a notebook's text without its pictures.

    Raises:
        SubmissionError: to make values of it would take too much memory.
    """
    too_large = f"{name}: there is too much in it to be read; clear all outputs, save, and hand it in again"
    if len(text) > MAX_FILE:
        raise SubmissionError(too_large)
    text = PICTURE.sub(b'""', text)
    if len(text) * width(text) > MAX_DECODED:
        raise SubmissionError(too_large)
    if values(text) > MAX_VALUES and (text.count(b'"') > MAX_QUOTES or values(STRING.sub(b"", text)) > MAX_VALUES):
        raise SubmissionError(too_large)
    return text


def whole(digits: str) -> int:
    """Return a whole number; 0 for one that is too long to mean anything here."""
    return int(digits) if len(digits) <= MAX_DIGITS else 0


def width(text: bytes) -> int:
    """Return how many bytes Python takes for a character, given UTF-8."""
    if text.isascii():
        return 1
    return 4 if WIDE.search(text) else 2


def values(text: bytes) -> int:
    """Count what may begin a value in a list or an object."""
    return text.count(b"[") + OBJECT * text.count(b"{") + text.count(b",")


def without_output(found: dict[str, Json]) -> dict[str, Json] | None:
    """Drop what a cell shows as soon as it is read: it may be most of the file."""
    if "output_type" in found:
        return None
    found.pop("outputs", None)
    found.pop("attachments", None)
    return found


def why_no_json(text: bytes, error: ValueError) -> str:
    """Return the sentence for a file that is not JSON, from its line number on."""
    if not text.strip():
        return ": the file is empty; save the notebook, and hand it in again"
    if conflict := re.search(rb"^<<<<<<<", text, re.MULTILINE):
        line = text.count(b"\n", 0, conflict.start()) + 1
        return f":{line}: a merge conflict was left in the file (<<<<<<<); settle it, and save the notebook again"
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body)\b", text, re.IGNORECASE):
        return ": this is a web page, not the notebook; download the notebook itself (its raw file)"
    place = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
    return f"{place}: this is no notebook, since it is not JSON; save it again from Jupyter or Colab"


def cells_of(content: Json) -> list[Json] | None:
    """Return the cells of version 4, or of version 3's worksheets."""
    if not isinstance(content, dict):
        return None
    if isinstance(content.get("cells"), list):
        return list(content["cells"])
    sheets = content.get("worksheets")
    if not isinstance(sheets, list):
        return None
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [cell for cells in lists if isinstance(cells, list) for cell in cells]


def source_of(cell: Mapping[str, Json]) -> str:
    """Return a cell's text: a string or a list of them; version 3 calls it ``input``."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    if not isinstance(source, str):
        return ""
    return SURROGATE.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))
