"""What a report says in words, and what it leaves out: no box, no course."""

import pytest

from grader.judging.sandbox import MOST, listed
from grader.model import Check, Exercise, ExerciseResult, Finding, Outcome, Place, Report, Verdict
from grader.report.page import NOT_FOUND, START, page_of
from grader.report.terminal import to_text
from grader.report.wording import sentence, trace_lines

WORD = "The book trains in a script; here its loop is a function."


def report_of(*findings: Finding | None, **exercise: str) -> Report:
    """Return a report of an exercise a finding: what raised for one with a trace, else what is to do."""
    results = []
    for number, finding in enumerate(findings):
        verdict = Verdict.TODO if finding else Verdict.PASSED
        verdict = Verdict.RAISED if finding and finding.trace else verdict
        asked = Exercise(f"m.f{number}", f"f{number}", "m", (f"f{number}",), 1, "4.5", **exercise)
        results.append(ExerciseResult(asked, (Outcome(Check(f"m.f{number}.a", "a", asked.id, 1), verdict, finding),)))
    return Report("Course", "me", "", "kernel", 0, False, tuple(results))


STUB = Finding("todo", {"name": "f", "todo": ""})
STARTS = {
    "stubs as they are": ([STUB, Finding("no_module", {"file": "n.py"})], START),
    "a class without a method": ([STUB, Finding("no_method", {"name": "Net", "method": "loss"})], ""),
    "other things than asked for": (
        [Finding("not_there", {"name": "f"}), Finding("waits_for", {"exercise": "g"})],
        NOT_FOUND,
    ),
    "something right": ([STUB, None], ""),
    "nothing to say": ([], ""),
}


@pytest.mark.parametrize("case", STARTS)
def test_that_nothing_is_written_is_said_where_nothing_is(case):
    findings, start = STARTS[case]

    assert page_of(report_of(*findings)).start == start


def test_a_class_without_a_method_is_said_to_be_there():
    finding = Finding("no_method", {"name": "TwoLayerNet", "method": "gradient"})

    assert sentence(finding) == "TwoLayerNet has no gradient yet"
    assert page_of(report_of(finding)).rows[0].note == "has no gradient yet"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"close": "numerical_diff_0"}, "numerical_diff is not defined; is it numerical_diff_0?"),
        ({"others": "slope, tangent, f"}, "numerical_diff is not defined; is it slope or tangent or f?"),
        ({}, "numerical_diff is not defined"),
    ],
)
def test_what_a_missing_function_may_be_called_is_asked(values, words):
    assert sentence(Finding("missing", {"name": "numerical_diff", **values})) == words


@pytest.mark.parametrize("kind", ["not_there", "no_module", "missing"])
def test_the_courses_word_for_what_is_missing_is_the_advice(kind):
    page = page_of(report_of(Finding(kind, {"name": "train", "file": "m.py", "close": ""}), missing=WORD))

    assert page.next[2] == WORD


@pytest.mark.parametrize("finding", [STUB, Finding("missing", {"name": "train", "close": "trian"})])
def test_what_is_there_needs_no_such_word(finding):
    assert page_of(report_of(finding, missing=WORD)).next[2] == "See section 4.5 of the book."


DEEP = "a-long-name-for-a-folder-master/deep-learning/exercises/"


def test_a_trace_keeps_its_line_its_function_and_its_code_after_a_long_path():
    place = Place(f"{DEEP}ch04/net.py", 7, "    return self.loss(x, t)", function="gradient")
    report = report_of(Finding("raised", {"type": "TypeError"}, place=place, trace=(place,)))

    lines = to_text(report).splitlines()

    assert "   .../deep-learning/exercises/ch04/net.py:7, in gradient: return self.loss(x, t)" in lines
    assert f"   {DEEP}ch04/net.py:7" in lines, "where it is, is said in full"


@pytest.mark.parametrize("file", ["net.py", "ch04/net.py", "n" * 60 + ".py"])
def test_a_path_that_is_short_or_a_name_is_left_as_it_is(file):
    assert trace_lines(Finding("raised", trace=(Place(file, 3, "x"),))) == [f"{file}:3: x"]


def test_of_many_names_the_first_are_said_and_how_many_more_there_are():
    assert listed(["a", "b"]) == "a, b"
    assert listed([f"n{i}" for i in range(MOST + 7)]) == "n0, n1, n2, n3, n4, and 7 more"
