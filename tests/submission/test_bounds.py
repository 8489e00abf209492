"""What reading costs: work is counted, never timed."""

import io
import sys
import tokenize
import zipfile
from contextlib import suppress
from types import FrameType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from monsters import MONSTERS, STUB, notebook, write

from grader.errors import SubmissionError
from grader.model import Sought
from grader.submission import read_cells, read_submission
from grader.submission.bounds import MAX_DEPTH, MAX_ENTRIES, MAX_LINES, MAX_WORDS, words_in
from grader.submission.ipython import is_python

WANTED = Sought({"losses": {"mean_squared_error": True}, "networks": {"TwoLayerNet.gradient": True}})
SMALL = 40
# What is done once, however much there is, may begin at any size: a table grows, a limit on notices is reached.
ONCE = 1500


def work_of(path) -> int:
    """Return how many lines of Python run while a submission is read, and how many characters functions return."""
    count = 0

    def step(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        count += 1 + (length(argument) if event == "return" else 0)
        return step

    before = sys.gettrace()
    sys.settrace(step)
    try:
        with suppress(SubmissionError):
            read_submission(path, WANTED)
    finally:
        sys.settrace(before)
    return count


def length(value: object) -> int:
    """Return how long a text is, or all texts in a list."""
    if isinstance(value, str | bytes):
        return len(value)
    return sum(map(length, value)) if isinstance(value, list | tuple) else 0


@pytest.mark.parametrize("name", MONSTERS)
def test_reading_takes_no_more_than_its_share_for_twice_as_much(tmp_path, name):
    paths = []
    for size in (SMALL, 2 * SMALL, 4 * SMALL):
        folder = tmp_path / str(size)
        folder.mkdir()
        paths.append(MONSTERS[name](folder, size))
    work_of(paths[0])  # imports, and patterns that are compiled once

    once, twice, four_times = map(work_of, paths)

    assert four_times - twice <= 2.2 * (twice - once) + ONCE


# -- beyond the bounds ------------------------------------------------------------------------------------


def deep_folders(folder):
    (folder / "/".join(["a"] * (MAX_DEPTH + 1))).mkdir(parents=True)
    return folder


def deep_zip(folder):
    with zipfile.ZipFile(folder / "hand.zip", "w") as archive:
        archive.writestr("a/" * MAX_DEPTH + "losses.py", "")
    return folder / "hand.zip"


def many_entries(folder):
    for number in range(11):
        (folder / f"{number}.png").touch()
    return folder


BEYOND = {
    "a zip's folders": (deep_zip, "lies more than 32 folders deep; zip only the folder with the answers"),
    "words": (lambda folder: notebook(folder, "a," * MAX_WORDS), "more than 250,000 words and signs of code"),
    "lines": (lambda folder: notebook(folder, "a\n" * MAX_LINES), "more than 1 MiB or 10,000 lines of code"),
    "shown": (
        lambda folder: notebook(folder, "a", x="あ😀" + "a" * (33 << 20)),
        "clear all outputs, save, and hand it in",
    ),
}


@pytest.mark.parametrize("what", BEYOND)
def test_a_submission_beyond_the_bounds_is_refused_in_one_sentence(tmp_path, what):
    make, words = BEYOND[what]
    path = make(tmp_path)

    with pytest.raises(SubmissionError, match=words) as caught:
        read_submission(path, WANTED)

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "words"), [(deep_folders, "more than 32 folders"), (many_entries, "more than 10 files")]
)
def test_what_lies_beyond_the_bounds_of_a_folder_is_told_and_not_looked_into(tmp_path, monkeypatch, make, words):
    monkeypatch.setattr("grader.submission.files.MAX_ENTRIES", 10 if make is many_entries else MAX_ENTRIES)
    make(tmp_path)
    write(tmp_path, "networks.py", STUB)

    submission = read_submission(tmp_path, WANTED)

    assert words in submission.notices[0].values["what"]


def test_a_module_beyond_the_bounds_leaves_the_others_to_be_graded(tmp_path):
    write(tmp_path, "losses.py", "a, " * MAX_WORDS)
    write(tmp_path, "networks.py", STUB)

    submission = read_submission(tmp_path, WANTED)

    assert submission.lost["losses.mean_squared_error"].kind == "too_much"
    assert submission.modules["networks.py"].text == STUB


def test_the_courses_modules_are_read_before_what_they_import(tmp_path):
    for name in ("a", "b", "c"):
        write(tmp_path, f"{name}.py", "x = " + "1," * (MAX_WORDS // 5))
    write(tmp_path, "losses.py", "import a, b, c\n")
    write(tmp_path, "networks.py", STUB)

    submission = read_submission(tmp_path, WANTED)

    assert set(submission.modules) == {"losses.py", "networks.py", "a.py", "b.py"}
    assert [(notice.kind, notice.values["file"]) for notice in submission.notices] == [("too_much", "c.py")]


def test_a_notebook_beyond_the_bounds_leaves_the_others_to_be_graded(tmp_path):
    notebook(tmp_path, STUB + "a, " * MAX_WORDS, name="a.ipynb")
    notebook(tmp_path, "def mean_squared_error(y, t): return 1", name="b.ipynb")

    submission = read_submission(tmp_path, WANTED)

    assert submission.answers["losses.mean_squared_error"].file == "b.ipynb"
    assert "a.ipynb: makes it more than 250,000 words" in submission.notices[0].values["what"]


def test_of_a_very_long_session_the_last_cells_count(tmp_path):
    cells = [(number, "# more\n" * 5000) for number in range(1, 50)]

    submission = read_cells([*cells, (999, STUB)], "a.ipynb", tmp_path, WANTED)

    assert submission.answers["losses.mean_squared_error"].file == "a.ipynb"


def test_of_many_files_that_cannot_be_read_a_few_are_named(tmp_path):
    submission = read_submission(MONSTERS["helpers that are no text"](tmp_path, 50), WANTED)

    assert [notice.kind for notice in submission.notices] == ["not_utf8"] * 10 + ["more_not_read"]
    assert submission.notices[-1].values == {"count": "40"}


# -- real files that are large ----------------------------------------------------------------------------


LARGE = {
    "numbers": "x = [" + "-0.5, " * 60_000 + "]\n",
    "a picture in letters": "x = '" + "AbC+/9" * 170_000 + "'\n",
    "a quarter of a million comments": "# more\n" * 250_000,
    "a text": 'x = """\n' + "one, two, (three)\n" * 50_000 + '"""\n',
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_module_is_read(tmp_path, what):
    write(tmp_path, "losses.py", LARGE[what] + STUB)

    assert read_submission(tmp_path, WANTED).modules["losses.py"].text == LARGE[what] + STUB


# -- what Python's own compiler takes its time for --------------------------------------------------------


LONG_TO_COMPILE = {
    "names in functions": "def f():\n " + "".join(f"a{i}=" for i in range(900)) + "0\n " + "lambda:0," * 900,
    "ways out": "def f():\n try:\n" + "  return\n" * 1500 + " finally:\n" + "  a\n" * 1500,
    "finally in finally": "".join(" " * i + "try: 0\n" + " " * i + "finally:\n" for i in range(18)) + " " * 18 + "0",
}


@pytest.mark.parametrize("what", LONG_TO_COMPILE)
def test_a_statement_that_takes_the_square_of_its_length_costs_only_itself(tmp_path, what):
    path = notebook(tmp_path, LONG_TO_COMPILE[what], STUB)

    submission = read_submission(path, WANTED)

    assert [(n.kind, n.values["cell"]) for n in submission.notices] == [("cell_not_python", "1")]
    assert "too many" in submission.notices[0].values["said"]


NOT_COUNTED = {tokenize.COMMENT, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
PIECES = [
    "a", "-1.5e-3", "a.b", "a()", "(a,\n# b\n c)", "'#'", r"'\''", "'''a\n# b\\''''", '"""a\n"b" # c\n"""', r"rb'\''",
    "f'{a, b}'", "F'''{\n a}# {b}'''", 'fr"{a}#"', "'a' 'b'", "é", "~a", "[a for a in b]", "\\\n a", "{**a}",
    "lambda: 0",
]  # fmt: skip
BETWEEN = [", ", " + ", "\n", " # a, b\n", ";", " \n\n\n", "\n# '\n", "\n    # a\n"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(BETWEEN)), max_size=12))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_no_fewer_words_are_counted_than_pythons_parser_finds(pairs):
    text = "".join(piece + sign for piece, sign in pairs)
    assume(is_python(text))

    found = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in NOT_COUNTED]

    ends = sum(
        token.type == tokenize.NEWLINE and not token.string for token in found
    )  # that of a last line without one
    assert words_in(text) >= len(found) - ends
