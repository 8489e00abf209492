"""The table that ends several reports: readable at any width, whatever a submission is called."""

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from grader.model import Check, Exercise, ExerciseResult, Finding, Outcome, Report, Verdict
from grader.report.summary import Entry, show_name, show_summary
from grader.report.terminal import make_console

NAMES = [
    "kim",
    "[bold]kim[/bold]",
    "\x1b[2J\x1b[31mkim\x1b[0m",
    "a\nb\u202ec",
    "金敏洙" * 30,
    "class/" + "a/very/deep/folder/" * 20 + "kim.zip",
    "",
    "/",
    "🙂" * 60,
    "e\u0301" * 90,
]


class Stream(io.StringIO):
    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:
        return self._encoding


def report(verdict: Verdict) -> Report:
    exercise = Exercise("m.f", "f" * 30, "m", ("f",), 100)
    finding = None if verdict is Verdict.PASSED else Finding("todo", {"name": "f"})
    outcomes = (Outcome(Check("c", "c", "m.f", 100), verdict, finding),)
    return Report("Course", "kim", "", "kernel", 0, True, (ExerciseResult(exercise, outcomes),))


def console_of(monkeypatch, columns: int, encoding: str = "utf-8") -> Console:
    monkeypatch.setenv("COLUMNS", str(columns))
    return make_console(Stream(encoding))


@pytest.mark.parametrize("columns", [60, 80, 100])
@pytest.mark.parametrize("encoding", ["utf-8", "cp932", "ascii"])
@pytest.mark.parametrize("name", NAMES)
def test_every_line_fits_and_no_name_can_do_anything(monkeypatch, columns, encoding, name):
    console = console_of(monkeypatch, columns, encoding)
    entries = [Entry(name, report(verdict)) for verdict in Verdict] + [Entry(name, None, f"{name}: no such file")]

    show_name(name, console)
    show_summary(entries, console)

    lines = console.file.getvalue().split("\n")
    assert max(map(cell_len, lines)) <= columns
    assert not set("".join(lines)) & {"\x1b", "\u202e"}
    assert len(lines) == 2 + 2 + len(entries) + 1


def test_thirty_people_are_thirty_lines_with_the_names_that_differ(monkeypatch):
    console = console_of(monkeypatch, 60)
    entries = [Entry(f"submissions/class b/kim_{i:02}/assignments", report(Verdict.PASSED)) for i in range(29)]

    show_summary([*entries, Entry("submissions/class b/lee/assignments", None, "the folder is empty")], console)

    heading, _, *lines = console.file.getvalue().splitlines()
    assert heading == " 30 submissions"
    assert [line.split()[1] for line in lines] == [f"kim_{i:02}/assignments" for i in range(29)] + ["lee/assignments"]
    assert lines[0].split()[2:5] == ["100", "/", "100"]
    assert "the folder is empty" in lines[-1]


def test_of_a_name_that_is_too_long_the_end_is_shown(monkeypatch):
    console = console_of(monkeypatch, 60)

    show_summary([Entry("x" * 200 + "kim", report(Verdict.PASSED)), Entry("lee", report(Verdict.TODO))], console)

    assert "xkim " in console.file.getvalue()


SIGNS = {
    Verdict.PASSED: ("✓", "Every check passes."),
    Verdict.FAILED: ("✗", "next: "),
    Verdict.TODO: ("○", "next: "),
    Verdict.BROKEN: ("!", "not final; "),
}


@pytest.mark.parametrize("verdict", SIGNS)
def test_a_line_says_by_its_sign_and_its_words_how_it_stands(monkeypatch, verdict):
    console = console_of(monkeypatch, 80)

    show_summary([Entry("kim", report(verdict))], console)

    line = console.file.getvalue().splitlines()[-1]
    assert line.split()[0] == SIGNS[verdict][0]
    assert SIGNS[verdict][1] in line
