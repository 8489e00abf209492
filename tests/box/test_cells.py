"""Notebooks in the box: every way in which a cell can go wrong costs only what it defines."""

import io
import json
import zipfile

import pytest
from conftest import ROOT, TINY, first, json_report, notebook_text, result_of, run_grade

from grader.model import Limits, Verdict
from grader.report.wording import message, notice_sentence

HALF = "def half(x): return x / 2"
DOUBLE = "def double(x):\n    return 2 * x"
QUADRUPLE = "def quadruple(x): return double(double(x))"


@pytest.fixture
def grade_cells(grade_files):
    """Grade a notebook of these cells."""
    return lambda *cells, **settings: grade_files({"ch01.ipynb": notebook_text(*cells)}, **settings)


def points(report) -> tuple[int, int]:
    return tuple(result_of(report, name).score.points for name in ("double", "quadruple"))


BESIDE = {  # cells that cost nothing beside right answers, and what the report says of them
    "IPython's commands": (
        "%matplotlib inline\n!pip install x\n%cd /content\nls?",
        "%matplotlib (cell 2), !pip install x (cell 2)",
    ),
    "a whole cell of shell": ("%%bash\nrm -rf *", "%%bash (cell 2)"),
    "a syntax error": (
        "def other(x:\n    pass",
        "cell 2, line 1: not run, since Python cannot read it: SyntaxError: '(' was never",
    ),
    "an unfinished line": ("x = ", "cell 2, line 1: not run"),
    "a plot": ("import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()", "inert stand-ins for matplotlib"),
    "a picture that is not there": (
        "from IPython.display import Image\nImage('fig/none.png')",
        "stand-ins for IPython",
    ),
    "another that is not there": ("from PIL import Image\nimg = Image.open('none.png')\nimg", "stand-ins for PIL"),
    "Colab": (
        "from google.colab import drive\ndrive.mount('/content/drive')\nimport sys\nsys.path.append('/content/My')",
        "stand-ins for google.colab",
    ),
    "a question": ("name = input('your name? ')\nprint(name)", "no answer needs it: cell 2 "),
    "training for ten minutes": ("import time\nfor i in range(600):\n    time.sleep(1)\n    double(i)", "parts of 2"),
    "a loop without an end": ("while True:\n    pass", "no answer needs it: cell 2 "),
    "a cell that raises": ("1 / 0", "no answer needs it: cell 2 "),
    "an import that is not there": (
        "import no_such_module",
        "Not handed in, or not NumPy: no_such_module;",
    ),
    "the end of Python": ("import os\nos._exit(1)", "parts of 2"),
    "its own check without magic": ("import grader\ngrader.check('double')", "parts of 2"),
    "the test data": ("from grader.datasets import load_mnist\n(x, t), test = load_mnist()", "parts of 2"),
    "a very long sum": ("TEXT = " + " + ".join(["'a'"] * 400), ""),
    "a very long number": ("P = 0x" + "f" * 5000, ""),
    "a function replaced by its result": (
        "double = double(4)",
        "it would put a result in a function's place: double =",
    ),
}


@pytest.mark.parametrize("case", BESIDE)
def test_a_cell_beside_right_answers_costs_nothing(grade_cells, case):
    cell, said = BESIDE[case]

    report = grade_cells(DOUBLE, cell, HALF + "\n" + QUADRUPLE)

    assert points(report) == (3, 2)
    assert report.final
    assert said in "\n".join(map(notice_sentence, report.notices))


def test_its_own_check_is_not_worth_a_word(grade_cells):
    report = grade_cells(DOUBLE, "%load_ext grader\n%grade double", HALF + "\n" + QUADRUPLE)

    assert report.notices == ()


RUN = {  # what --run-all runs, and what becomes of it
    "raises": ("1 / 0", "cell 2, line 1: ZeroDivisionError: division by zero"),
    "asks": ("name = input()", "cell 2, line 1: EOFError"),
    "has no end": ("x = 1\nwhile True:\n    pass", "cell 2, line 2: took over 0.5 s"),
    "ends Python": ("import os\nos._exit(1)", "cell 2, line 2: ended Python"),
    "crashes": ("import os\nos.abort()", "cell 2, line 2: ended Python"),
    "exits": ("exit()", "cell 2, line 1: NameError: name 'exit' is not defined"),
    "runs a script": ("if __name__ == '__main__':\n    1 / 0", "cell 2, line 2: ZeroDivisionError"),
}


@pytest.mark.parametrize("case", RUN)
def test_where_everything_is_run_a_bad_statement_costs_only_itself(tmp_path, tiny, case):
    from grader.grading import grade
    from grader.model import Settings
    from grader.submission import read_submission

    cell, said = RUN[case]
    path = tmp_path / "a.ipynb"
    path.write_text(notebook_text(DOUBLE, cell, HALF + "\n" + QUADRUPLE))

    report = grade(read_submission(path, tiny.sought, run_all=True), tiny, Settings(limits=Limits(timeout_s=0.5)))

    assert points(report) == (3, 2)
    assert said in "\n".join(map(notice_sentence, report.notices))


LOST = {  # cells that lose the answer, its verdict, and what is said of it
    "a syntax error": ("x = 1\ndef double(x):\n    return 2 * * x", Verdict.RAISED, "ipynb, cell 1, line 3: return 2"),
    "full-width brackets": ("def double（x）:\n    return 2 * x", Verdict.RAISED, "invalid character '（' (U+FF08)"),
    "a missing import": ("from common.functions import double", Verdict.TODO, "double is not defined yet"),
    "a missing library": ("import torch\ndef double(x): return torch.add(x, x)", Verdict.RAISED, "may use NumPy only"),
    "a missing file": ("from a import b\ndef double(x): return b(x)", Verdict.RAISED, "needs a.b, which was not"),
    "a missing decorator": ("@jit\ndef double(x): return 2 * x", Verdict.RAISED, "ch01.ipynb, cell 1, line 1: @jit"),
    "a constant that fails": ("W = open('W')\ndef double(x): return W * x", Verdict.RAISED, "name 'W' is not defined"),
    "another name": ("def double2(x): return 2 * x", Verdict.FAILED, "is it double2?"),
    "nothing": ("x = 1", Verdict.TODO, "double is not defined yet"),
    "a stub": ("def double(x):\n    raise NotImplementedError('double')", Verdict.TODO, "ch01.ipynb, cell 1, line 2"),
    "a number": ("double = 3", Verdict.TODO, "double is not defined yet"),
    "an endless class": ("class A:\n    x = [0 for _ in iter(int, 1)]\n    f = 1\ndouble = A.f", Verdict.RAISED, "A"),
}  # fmt: skip


@pytest.mark.parametrize("case", LOST)
def test_a_bad_cell_costs_the_names_it_defines_and_no_other(grade_cells, case):
    cell, verdict, said = LOST[case]

    report = grade_cells(cell, HALF, QUADRUPLE, limits=Limits(timeout_s=1))

    assert first(report).verdict is verdict
    assert said in message(first(report).finding)
    assert points(report) == (0, 2), "quadruple is graded with our double"
    assert report.final


@pytest.mark.parametrize(
    "cell",
    ["from arithmetic import double", "from arithmetic import *", "import arithmetic\ndouble = arithmetic.double",
     "try:\n    from arithmetic import double\nexcept ImportError:\n    pass"],
)  # fmt: skip
def test_an_import_from_the_course_does_not_replace_what_the_notebook_defines(grade_cells, cell):
    assert points(grade_cells(HALF, DOUBLE, cell, QUADRUPLE)) == (3, 2)
    assert points(grade_cells(cell, HALF, DOUBLE, QUADRUPLE)) == (3, 2)


def test_a_misspelt_name_is_shown_where_it_is(grade_cells):
    finding = first(grade_cells(HALF, "def double2(x):\n    return 2 * x")).finding

    assert (finding.place.cell, finding.place.line, finding.place.code) == (2, 2, "    return 2 * x")


def test_a_misspelt_name_waits_for_nothing(grade_files, public_only):
    cells = notebook_text(HALF, DOUBLE.replace("2", "3"), "def quadruple2(x): return 4 * x")

    report = grade_files({"a.ipynb": cells}, public_only)

    assert first(report, "quadruple").finding.kind == "missing"


def test_what_lies_in_another_folder_may_be_imported(grade_files):
    cell = "import sys\nsys.path.insert(0, 'src')\nfrom tools import k\ndef double(x):\n    return k * x"

    report = grade_files({"a.ipynb": notebook_text(cell, HALF, QUADRUPLE), "src/deep/tools.py": "k = 2\n"})

    assert points(report) == (3, 2)


@pytest.mark.parametrize("cell", ["double = None", "double = 3", "double = double(4)", "del double"])
def test_a_definition_stands_whatever_its_name_is_given_to_afterwards(grade_cells, cell):
    assert points(grade_cells(DOUBLE, cell, HALF, QUADRUPLE)) == (3, 2)


@pytest.mark.parametrize("cell", ["double = lambda x: 3 * x", "for k in (3,):\n    double = lambda x: k * x"])
def test_an_assignment_is_shown_as_the_place_of_an_answer(grade_cells, cell):
    place = first(grade_cells(DOUBLE, cell, HALF)).finding.place

    assert (place.cell, place.code) == (2, cell.split("\n")[-1])


@pytest.mark.parametrize("end", ["import nothere", "while True: pass", "import os; os._exit(1)"])
def test_a_module_that_fails_costs_nothing_that_a_notebook_answers(grade_files, end):
    files = {"arithmetic.py": f"{end}\n{HALF}\n", "a.ipynb": notebook_text(DOUBLE, QUADRUPLE, HALF)}

    report = grade_files(files, limits=Limits(timeout_s=0.5))

    assert points(report) == (3, 2)
    assert report.notices or end != "import nothere", "what ends or does not end is not even run"


def test_a_cell_that_fails_is_blamed_for_its_own_names_only(grade_cells):
    cell = "@missing\ndef helper(x):\n    double = 2\n    return double * x"
    hidden = "if True:\n    missing()\n    def double(x): return 2 * x"

    assert first(grade_cells(cell, HALF)).finding.kind == "not_there"
    assert first(grade_cells(hidden, HALF)).finding.kind == "raised_loading"


def test_what_python_prints_of_a_cell_is_readable(grade_cells):
    report = grade_cells("import warnings\ndef double(x):\n    warnings.warn('careful')\n    return 3 * x", HALF)

    assert "ch01.ipynb, cell 1, line 3: UserWarning: careful" in first(report).finding.printed


def test_what_traceback_prints_is_readable(grade_cells):
    cell = "import traceback\ndef double(x):\n    try:\n        1 / 0\n    except:\n        traceback.print_exc()"

    assert "ch01.ipynb, cell 1, line 4" in first(grade_cells(cell, HALF)).finding.printed


def test_the_last_definition_counts_as_running_top_to_bottom_leaves_it(grade_cells):
    wrong = DOUBLE.replace("2", "3")

    assert points(grade_cells(wrong, HALF, QUADRUPLE, DOUBLE)) == (3, 2)
    assert points(grade_cells(DOUBLE, HALF, QUADRUPLE, wrong))[0] == 0


def test_a_traceback_says_cell_and_line(grade_cells):
    report = grade_cells(
        HALF + "\n\ndef helper(x):\n    return x.no", "\n\ndef double(x):\n    return helper(x)", QUADRUPLE
    )

    finding = first(report).finding
    assert (finding.place.file, finding.place.cell, finding.place.line) == ("ch01.ipynb", 1, 4)
    assert (
        "ch01.ipynb, cell 2, line 4, in double: return helper(x)\nch01.ipynb, cell 1, line 4: return x.no"
        in message(finding)
    )


def test_the_todo_of_a_stub_is_read_from_its_cell(grade_cells):
    report = grade_cells(HALF, "def double(x):\n    # TODO: add x to x\n    raise NotImplementedError('double')")

    assert first(report).finding.values["todo"] == "add x to x"
    assert result_of(report, "double").place.cell == 2


def test_a_definition_that_could_not_run_costs_no_function_that_names_it(grade_cells):
    cells = ["class Broken(Missing): pass", "def double(x: Broken) -> Broken:\n    return 2 * x", HALF, QUADRUPLE]

    assert points(grade_cells(*cells)) == (3, 2)


def test_an_answer_may_show_its_progress(grade_cells):
    cells = [
        "import matplotlib.pyplot as plt\nfrom tqdm.notebook import tqdm\n" + HALF,
        "def double(x):\n    total = 0\n    for _ in tqdm(range(2)):\n        total = total + x\n    plt.plot(total)\n"
        "    plt.show()\n    display(total)\n    return total",
        QUADRUPLE,
    ]

    assert points(grade_cells(*cells)) == (3, 2)


def test_a_notebook_may_use_what_another_file_answers(grade_files):
    module = "\n".join((HALF, DOUBLE, "def quadruple(x): raise NotImplementedError('quadruple')"))
    for source in (QUADRUPLE, "from arithmetic import double\n" + QUADRUPLE):
        report = grade_files({"arithmetic.py": module, "a.ipynb": notebook_text(source)})

        assert points(report) == (3, 2)


@pytest.mark.parametrize("cell", ["def double(x):\n    return 2 * ", "@missing\ndef double(x): return 2 * x"])
def test_a_bad_cell_counts_more_than_a_stub_beside_it(grade_files, cell):
    stub = HALF + "\ndef double(x): raise NotImplementedError('double')\n" + QUADRUPLE

    report = grade_files({"arithmetic.py": stub, "a.ipynb": notebook_text("x = 1", cell)})

    assert first(report).verdict is Verdict.RAISED
    assert (first(report).finding.place.file, first(report).finding.place.cell) == ("a.ipynb", 2)


def test_notebooks_may_build_on_one_another(grade_files):
    report = grade_files({"a.ipynb": notebook_text(HALF, DOUBLE), "b.ipynb": notebook_text("%run a.ipynb", QUADRUPLE)})

    assert points(report) == (3, 2)


def test_a_notebook_may_import_a_module_beside_it(grade_files, tmp_path):
    cells = notebook_text("from tools import twice", HALF, QUADRUPLE, "def double(x): return twice(x)")
    report = grade_files({"ch01/a.ipynb": cells, "ch01/tools.py": "def twice(x): return 2 * x"})

    assert points(report) == (3, 2)


def test_a_file_that_a_cell_writes_is_graded(grade_cells):
    report = grade_cells("%%writefile arithmetic.py\n" + "\n".join((HALF, DOUBLE.replace("2", "3"), QUADRUPLE)))

    assert first(report).finding.place.file == "ch01.ipynb#arithmetic.py"
    assert points(report)[0] == 0


def test_version_3_is_read(grade_files):
    cells = [
        {"cell_type": "code", "language": "python", "input": [HALF, "\n", DOUBLE + "\n", QUADRUPLE], "outputs": []}
    ]
    text = json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]})

    assert points(grade_files({"old.ipynb": text})) == (3, 2)


def test_equal_notebooks_give_equal_reports(grade_cells):
    cells = [HALF, DOUBLE, QUADRUPLE, "plot(1)"]

    assert grade_cells(*cells) == grade_cells(*cells)


# -- the command ------------------------------------------------------------------------------------------


def test_a_notebook_is_graded_by_its_name(tmp_path):
    (tmp_path / "a.ipynb").write_text(notebook_text(HALF, DOUBLE, QUADRUPLE))

    report = json_report("a.ipynb", "--course", TINY, cwd=tmp_path)

    assert (report["student"], report["score"]) == ("a", 5)


def test_a_zip_is_graded_as_a_folder_is(tmp_path):
    with zipfile.ZipFile(tmp_path / "work.zip", "w") as archive:
        archive.writestr("my answers/a.ipynb", notebook_text(HALF, DOUBLE.replace("2", "3"), QUADRUPLE))
        archive.writestr("my answers/notes.txt", "hello")

    done = run_grade("work.zip", "--course", TINY, cwd=tmp_path)

    assert "double is 1.5 times too large" in done.stdout
    assert "work.zip/my answers/a.ipynb, cell 2, line 2" in done.stdout


def test_modules_in_a_folder_of_a_zip_are_found(tmp_path):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr(
            "hw/arithmetic.py", f"from tools import two\n{HALF}\ndef double(x): return two * x\n{QUADRUPLE}\n"
        )
        archive.writestr("hw/tools.py", "two = 2\n")
    with zipfile.ZipFile(tmp_path / "outer.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())

    assert json_report("outer.zip", "--course", TINY, cwd=tmp_path)["score"] == 5


BAD = {
    "not JSON": (b"# my notes", "this is no notebook, since it is not JSON"),
    "no notebook": (b'{"a": 1}', "this is JSON, but no notebook: it has no list of cells"),
    "a web page": (b"<!DOCTYPE html><html></html>", "this is a web page, not the notebook"),
    "empty": (b"", "the file is empty; save the notebook, and hand it in again"),
    "a merge conflict": (b'{\n<<<<<<< HEAD\n"a": 1}', ":2: a merge conflict was left in the file"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_notebook_is_one_sentence(tmp_path, case):
    data, said = BAD[case]
    (tmp_path / "a.ipynb").write_bytes(data)

    done = run_grade("a.ipynb", "--course", TINY, cwd=tmp_path)

    assert (done.returncode, done.stdout) == (2, "")
    assert "a.ipynb" in done.stderr
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_what_is_no_notebook_beside_answers_is_told_and_costs_nothing(grade_files):
    report = grade_files({"arithmetic.py": "\n".join((HALF, DOUBLE, QUADRUPLE)), "a.ipynb": "# my notes"})

    assert points(report) == (3, 2)
    assert "Not graded: a.ipynb:1: this is no notebook" in notice_sentence(report.notices[0])


def test_of_two_answers_one_counts_and_prefer_decides(tmp_path):
    (tmp_path / "a.ipynb").write_text(notebook_text(HALF, DOUBLE, QUADRUPLE))
    (tmp_path / "arithmetic.py").write_text("\n".join((HALF, DOUBLE.replace("2", "3"), QUADRUPLE)))

    report = json_report(".", "--course", TINY, cwd=tmp_path)

    assert report["score"] < 5
    assert "double: arithmetic.py counts, not a.ipynb, which differs" in "".join(report["notices"])
    assert json_report(".", "--course", TINY, "--prefer", "a.ipynb", cwd=tmp_path)["score"] == 5


def test_the_repositorys_folder_is_not_taken_for_a_notebook():
    done = run_grade(".", cwd=ROOT)

    assert done.returncode == 2
    assert "did you mean" in done.stderr
