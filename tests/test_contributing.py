"""CONTRIBUTING.md names what there is: paths of the repository, and all that a course can say."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from conftest import ROOT

from grader.authoring.course import BUILT_IN, Cell, load_course
from grader.authoring.stubs import BEGIN, END
from grader.judging.marks import MARKERS
from grader.model import Exercise

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PROSE = re.sub(r"^( *)(`{3,}).*?^\1\2$", "", TEXT, flags=re.MULTILINE | re.DOTALL)


def paths_named() -> set[str]:
    """Return each backquoted word with a slash that begins like a path of the repository, up to ``<module>``."""
    words = {word for quoted in re.findall(r"`([^`\n]+)`", PROSE) for word in quoted.split()}
    tops = {path.name for path in ROOT.iterdir()}
    return {word.partition("<")[0] for word in words if "/" in word and word.partition("/")[0] in tops}


class Watched(dict):
    """A table of course.toml that keeps which keys were asked for."""

    def __init__(self, table: dict, asked: set[str], prefix: str = "") -> None:
        super().__init__(table)
        self._asked, self._prefix = asked, prefix

    def __getitem__(self, key):
        self._asked.add(self._prefix + key)
        return super().__getitem__(key)

    def get(self, key, default=None):
        self._asked.add(self._prefix + key)
        return super().get(key, default)

    def __contains__(self, key):
        self._asked.add(self._prefix + key)
        return super().__contains__(key)


def test_every_path_exists():
    paths = paths_named()

    assert len(paths) > 20
    assert sorted(path for path in paths if not Path(ROOT, path).exists()) == []


def test_every_key_that_is_read_is_in_the_table(monkeypatch):
    asked: set[str] = set()
    table = tomllib.loads((BUILT_IN / "course.toml").read_text(encoding="utf-8"))
    table["modules"] = {name: Watched(entry, asked, "modules.NAME.") for name, entry in table["modules"].items()}
    monkeypatch.setattr(tomllib, "loads", lambda text: Watched(table, asked))

    load_course()

    assert {"title", "modules.NAME.given", "libraries"} <= asked
    assert sorted(key for key in asked if f"| `{key}` |" not in TEXT) == []


@pytest.mark.parametrize(("kind", "prefix"), [(Exercise, "exercises"), (Cell, "cells")], ids=["exercises", "cells"])
def test_every_field_is_in_the_table(kind, prefix):
    assert [field.name for field in fields(kind) if f"| `{prefix}.{field.name}` |" not in TEXT] == []


@pytest.mark.parametrize("marker", [*(text.partition(":")[0] for text in MARKERS), BEGIN, END])
def test_every_marker_is_in_the_table(marker):
    assert f"| `{marker}` |" in TEXT
