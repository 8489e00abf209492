"""A report as HTML and as Markdown: the terminal's words, and a stranger's text as text."""

import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from conftest import notebook_text
from markdown_it import MarkdownIt

from grader.model import Check, Exercise, ExerciseResult, Finding, Notice, Outcome, Place, Report, Score, Verdict
from grader.report.html import to_html
from grader.report.json import to_json
from grader.report.markdown import to_markdown
from grader.report.terminal import to_text
from grader.report.text import clean

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</div></td></table>",
    "[link](http://example.org) ![image](http://example.org/a.png)",
    "| a | b |\n|---|---|",
    "```\n# heading\n```",
    "    code\n\n# heading",
    "$$\\href{http://example.org}{x}$$",
    "<!-- comment",
    "&lt;b&gt; &#60;b&#62;",
    "\x1b[31mred\x1b[0m \u202e backwards",
    "http://example.org <http://example.org>",
    "1. one\n2. two\n- three\n> quoted",
    "*bold* _italic_ ~~gone~~ `code`",
]


def report_with(text: str) -> Report:
    """Return a report in which everything that a stranger can write is this text."""
    exercise = Exercise("m.f", "f", "m", ("f",), 2)
    place = Place(text, 3, text, 2, function=text)
    finding = Finding("missing", {"name": text, "close": text}, text, (text,), (text,), text, place, (place,), text)
    outcomes = (
        Outcome(Check("m.f.a", "the first check", "m.f", 1), Verdict.FAILED, finding),
        Outcome(Check("m.f.b", "the second", "m.f", 1), Verdict.TODO, Finding("todo", {"name": text, "todo": text})),
    )
    result = ExerciseResult(exercise, outcomes, series={"loss": (2.0, 1.0)}, place=place)
    notices = (Notice("not_done", {"file": text, "cell": text, "line": text, "said": text}),)
    return Report("Course", text, "", "kernel", 0, False, (result,), notices=notices)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open += [] if tag in ("br", "hr") else [tag]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    assert parser.open == []
    return parser


@pytest.mark.parametrize("text", HOSTILE)
def test_html_shows_a_strangers_text_as_text(text):
    html = to_html(report_with(text))

    found = tags(html)
    assert found.seen == {"b", "br", "div", "p", "pre", "span", "table", "tbody", "td", "tr"}
    assert found.attributes == {"style"}
    assert clean(text).splitlines()[0].strip() in unescape(html)


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_a_strangers_text_as_text(text):
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(to_markdown(report_with(text)))

    assert tags(rendered).seen <= {"br", "code", "p", "pre", "strong", "table", "tbody", "td", "th", "thead", "tr"}
    assert rendered.count("<table") == 1
    assert "http" not in " ".join(re.findall("<[^>]*>", rendered))


def test_all_forms_say_the_same(grade_files):
    cells = ["def half(x): return x / 2", "def double(x):\n    return 20 * x", "def quadruple(x):\n    return x.no"]
    report = grade_files({"ch01.ipynb": notebook_text("%cd x", *cells)})

    html, markdown, text = to_html(report), to_markdown(report), to_text(report)

    for words in (
        "double is exactly 10 times too large",
        "ch01.ipynb, cell 3, line 2",
        "AttributeError",
        "commands are",
    ):
        assert words in text
        assert words in html
        assert words in markdown.replace("\\", "")


def test_a_report_without_anything_open_says_so(grade_text):
    report = grade_text("def half(x): return x / 2\ndef double(x): return 2 * x\ndef quadruple(x): return 4 * x\n")

    assert "Every check passes." in to_html(report)
    assert "Every check passes" in to_markdown(report)


@pytest.mark.parametrize("export", [to_text, to_html, to_markdown, to_json])
def test_what_is_not_attempted_is_listed_in_every_form(export):
    report = report_with("x")
    untouched = replace(report.exercises[0], exercise=Exercise("m.gone", "gone", "m", (), 9), attempted=False)
    report = replace(report, exercises=(*report.exercises, untouched), hidden_points=7).answered()

    shown = export(report)

    assert report.score == Score(0, 2)
    assert report.hidden_points == 0
    assert "m.gone" in json.loads(shown)["unattempted"] if export is to_json else "not handed in: gone" in shown
    assert "9" not in shown
