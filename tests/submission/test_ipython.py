"""The filter that turns a notebook's cell into Python, held against IPython's own."""

import ast
import sysconfig
import warnings
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from IPython.core.inputtransformer2 import TransformerManager

from grader.submission.ipython import Command, Filtered, WrittenFile, is_python, to_python, without_commands

VECTORS = [
    ("%matplotlib inline\nx = 1", "\nx = 1"),
    ("for i in range(3):\n    !echo {i}\nx = 1", "for i in range(3):\n    pass\nx = 1"),
    ("files = !ls", "files = None"),
    ("a = %time f(1)", "a = f(1)"),
    ("%%time\nx = 1\ny = 2", "\nx = 1\ny = 2"),
    ("%%bash\necho hi\nls", "\n\n"),
    ("x?\ny = 1", "\ny = 1"),
    ("s = '''\n%not a magic\n'''", "s = '''\n%not a magic\n'''"),
    ("y = (10\n% 3)", "y = (10\n% 3)"),
    ("y = 10 \\\n% 3", "y = 10 \\\n% 3"),
    ("x = 5 != 6", "x = 5 != 6"),
    ('n = 3 #@param {type:"integer"}', 'n = 3 #@param {type:"integer"}'),
]
MORE = [
    ("%time f(1)", "f(1)"),
    ("if x:\n    %time y = f(1)\n", "if x:\n    y = f(1)\n"),
    ("a, b = !ls", "a, b = None"),
    ("net.files = !ls\n", "net.files = None\n"),
    ("a[1] = %time f()", "a[1] = f()"),
    ("a: int = !ls", "a: int = None"),
    ("x = %who a", "x = None"),
    ("!!ls\n?x\n??x\nx.y??\nnp.*a*?\n%ls?", "\n\n\n\n\n"),
    ("def f():\n    x?\n", "def f():\n    pass\n"),
    ("!ls \\\n  -l\nx = 1", "\n\nx = 1"),
    ("x = !echo \\\n  hi\ny = 1", "x = None\n\ny = 1"),
    ("!echo 'it\nx = 1", "\nx = 1"),
    ("!echo (\nx = 1", "\nx = 1"),
    ("%%time\n%%capture\n!ls\nx = 1", "\n\n\nx = 1"),
    ("#@title Set-up\n%%capture\nx = 1", "#@title Set-up\n\nx = 1"),
    ("\n%%html\n<b>", "\n\n"),
    ("x = 'never closed\n%magic", "x = 'never closed\n"),
    ("f'''\n{\n%ls\n}'''\n!ls", "f'''\n{\n%ls\n}'''\n"),
    (r"p = r'\'  # '" + "\n!ls", r"p = r'\'  # '" + "\n"),
    ("x = {\n'a': '?'}\n%ls", "x = {\n'a': '?'}\n"),
    ("# what?\n!ls", "# what?\n"),
    ("y = 1  # why?\n!ls", "y = 1  # why?\n"),
    ("print('%d' % 3)\n!ls", "print('%d' % 3)\n"),
    ("    x = 1\n    !ls\n", "x = 1\n\n"),
    (">>> x = 1\n>>> if x:\n...     y = 2\n", "x = 1\nif x:\n    y = 2\n"),
]
# What IPython leaves to be a syntax error, we leave too.
UNTOUCHED = [
    "if x: !ls",
    "x = 1; %time f()",
    "a = b = !ls",
    "a += !ls",
    "f(a=!ls)",
    "x ?",
    "f(x)?",
    "(a?)",
    "a = ?x",
    "$ ls",
]


def changed_lines(before: str, after: str) -> set[int]:
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return {i for i, (old, new) in enumerate(pairs, 1) if old != new}


def changed_by_ipython(cell: str) -> set[int]:
    with warnings.catch_warnings(action="ignore"):
        after = TransformerManager().transform_cell(cell)  # ends its last line
    if after.startswith("get_ipython().run_cell_magic("):
        return set(range(1, cell.count("\n") + 2))
    return changed_lines(cell if cell.endswith("\n") else cell + "\n", after)


@pytest.mark.parametrize(("cell", "python"), VECTORS + MORE)
def test_a_cell_becomes_python(cell, python):
    assert to_python(cell).source == python


@pytest.mark.parametrize("cell", UNTOUCHED)
def test_what_ipython_does_not_know_stays(cell):
    assert to_python(cell).source == cell
    assert not changed_by_ipython(cell)


@pytest.mark.parametrize("cell", [cell for cell, _ in VECTORS])
def test_the_same_lines_are_recognised_as_by_ipython(cell):
    ours = changed_lines(cell, to_python(cell).source)

    if cell.startswith("%%time"):  # IPython wraps the body that we keep
        assert ours == {1}
    else:
        assert ours == changed_by_ipython(cell)


TRICKY = st.sampled_from(
    ["x = 1", "", "# what?", "    y = 2", "if x:", "f(", "    1,", "a = [1,", "'''doc", "'''", '"""', 'z = "?"']
    + ["x = y \\", "% 3", "y = x != 3", "x == !ls", "def g():", "    '''d?'''", "    return 1", "@dec", "lambda: 1"]
    + ["s = r'\\\\'", "s = '\\'' # '", "print(1)", "%matplotlib inline", "!ls", "?x", "x?", "    x?", "x.y??"]
    + ["y = !ls", "y = %who a", "y = %time f()", "%time f()", "    !echo", "    %cd .."]
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(st.lists(TRICKY, min_size=1, max_size=8))
def test_any_mixture_is_read_as_ipython_reads_it(lines):
    cell = "\n".join(["x = 1", *lines])  # the first line keeps IPython from dropping empty ones
    try:
        expected = changed_by_ipython(cell)
    except (IndentationError, ValueError):  # it cannot be tokenized, or IPython joins lines
        reject()

    assert changed_lines(cell, to_python(cell).source) == expected


def standard_library() -> list[str]:
    folder = Path(sysconfig.get_paths()["stdlib"])
    texts = [path.read_text("utf-8") for path in sorted(folder.glob("[a-h]*.py"))]
    return [text for text in texts if is_python(text)]


def test_no_line_of_the_standard_library_is_taken_for_a_command():
    texts = standard_library()

    assert len(texts) > 30
    assert all(without_commands(text) == (text, ()) for text in texts)


NAMES = st.sampled_from(["x", "y", "数", "net.params", "a[0]"])
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=12)
VALUES = st.one_of(
    TEXTS.map(repr), st.sampled_from(["1", "10 % 3", "'%d' % 5", "a != b", "(1,\n% 3 if 0 else 2)", "!x"])
)
STATEMENTS = st.one_of(
    st.builds("{} = {}".format, NAMES, VALUES),
    st.builds("def f(a=1):\n    return {}".format, VALUES),
    st.builds('"""{}"""'.format, TEXTS),
    st.builds("# {}".format, TEXTS.filter(lambda text: len(text.splitlines()) < 2)),
    st.builds("y = {} \\\n% 3".format, VALUES),
)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(STATEMENTS, max_size=6).map("\n".join))
def test_python_stays_as_it_is(source):
    if is_python(source):
        assert to_python(source) == Filtered(source)
        assert without_commands(source) == (source, ())


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.one_of(STATEMENTS.filter(is_python), st.just("%magic (")), max_size=6))
def test_only_the_commands_among_python_are_left_out(parts):
    cell = "\n".join(parts)

    python = to_python(cell).source

    assert python == "\n".join("" if part == "%magic (" else part for part in parts)
    assert is_python(python)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=60), st.lists(TRICKY, max_size=4))
def test_the_number_of_lines_stays(text, lines):
    cell = "\n".join([text, *lines])

    assert to_python(cell).source.count("\n") == cell.count("\n")


def test_what_was_left_out_is_told_with_its_line():
    cell = "%cd /content\nimport os\nif os:\n    !pip install x\nfiles = !ls -a"

    assert to_python(cell).ignored == (
        Command(1, "%cd /content"), Command(4, "!pip install x"), Command(5, "!ls -a"),
    )  # fmt: skip


def test_lines_are_counted_below_a_cell_magic():
    assert to_python("%%capture\nx = 1\n!pip install x").ignored == (Command(3, "!pip install x"),)
    assert to_python("# shell\n%%bash -e\nls").ignored == (Command(2, "%%bash -e"),)


def test_our_own_commands_are_not_worth_telling():
    assert to_python("%load_ext grader\n%grade softmax").ignored == ()


@pytest.mark.parametrize("cell", ["pip install numpy", "\nmkdir data\n", "cd .."])
def test_a_shell_command_alone_in_its_cell_needs_no_sign(cell):
    filtered = to_python(cell)

    assert not filtered.source.strip()
    assert filtered.ignored[0].text == cell.strip()


@pytest.mark.parametrize("magic", ["%%writefile losses.py", "%%file losses.py", "%%writefile 'losses.py'"])
def test_a_cell_that_writes_a_file_gives_the_file(magic):
    filtered = to_python(f"{magic}\ndef f():\n    return 1\n")

    assert filtered.source == "\n\n\n"
    assert filtered.written == (WrittenFile("losses.py", "def f():\n    return 1\n"),)


def test_a_file_that_is_appended_to_says_so():
    assert to_python("%%writefile -a losses.py\nx = 1").written == (WrittenFile("losses.py", "x = 1", appended=True),)


def test_a_file_without_a_name_is_none():
    assert to_python("%%writefile\nx = 1") == Filtered("\n")


def test_a_strange_escape_in_a_string_warns_nobody():
    with warnings.catch_warnings(action="error"):
        assert is_python(r"label = '$\alpha$'")


def test_deep_nesting_is_no_python_and_no_crash():
    assert to_python("(" * 100_000).source == "(" * 100_000
    assert ast.parse(to_python("%time " * 20_000 + "x").source)
