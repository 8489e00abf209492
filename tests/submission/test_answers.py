"""Which file answers what, where modules and notebooks lie side by side."""

import pytest
from conftest import notebook_text

from grader.errors import SubmissionError
from grader.model import Answer, Sought
from grader.report.wording import notice_sentence
from grader.submission import read_submission

WANTED = {"losses": {"mse": True, "cee": True}, "net": {"relu": False, "Net.loss": True, "Net.gradient": True}}
MSE, OTHER = "def mse(y, t):\n    return y - t\n", "def mse(y, t):\n    return t - y\n"
STUB = "def mse(y, t):\n    raise NotImplementedError('mse')\n"
BROKEN = "def mse(y, t:\n"


@pytest.fixture
def hand_in(tmp_path):
    def run(files: dict[str, str], **options: object):
        for name, text in files.items():
            path = tmp_path / "work" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        others = options.pop("others", {})
        wanted = options.pop("wanted", WANTED)
        return read_submission(tmp_path / "work", Sought(wanted, others), **options)

    return run


def home(submission, name: str, module: str = "losses") -> str:
    """Return the file in which a name is looked for."""
    return submission.answers[f"{module}.{name}"].file


@pytest.mark.parametrize(
    ("module", "notebook", "winner"),
    [
        (STUB, MSE, "a.ipynb"),
        (MSE, STUB, "losses.py"),
        (STUB, STUB, "losses.py"),
        (MSE, "x = 1", "losses.py"),
        ("x = 1\n", MSE, "a.ipynb"),
        (MSE, "# the same\n" + MSE, "losses.py"),
        (MSE, BROKEN, "losses.py"),
    ],
    ids=["answer in notebook", "answer in module", "two stubs", "only module", "only notebook", "alike", "broken cell"],
)
def test_an_answer_counts_more_than_a_stub(hand_in, module, notebook, winner):
    submission = hand_in({"losses.py": module, "a.ipynb": notebook_text(notebook)})

    assert home(submission, "mse") == winner


def test_what_is_written_but_not_python_counts_more_than_a_stub(hand_in):
    in_notebook = hand_in({"losses.py": STUB, "a.ipynb": notebook_text("x = 1", BROKEN)})

    lost = in_notebook.lost["losses.mse"]
    assert (lost.kind, lost.place.file, lost.place.cell, lost.place.line) == ("syntax_error", "a.ipynb", 2, 1)


def test_a_module_that_is_not_python_keeps_what_a_notebook_answers(hand_in):
    submission = hand_in({"losses.py": BROKEN + "def cee(): pass\n", "a.ipynb": notebook_text(MSE)})

    assert home(submission, "mse") == "a.ipynb"
    assert submission.answers["losses.cee"].file == "losses.py", "only its own block is lost"


def said(submission) -> list[str]:
    """Return what is said of two answers."""
    return [notice_sentence(notice) for notice in submission.notices if notice.kind == "two_answers"]


@pytest.mark.parametrize(
    ("prefer", "winner"), [("", "losses.py"), ("a.ipynb", "a.ipynb"), ("./losses.py", "losses.py")]
)
def test_of_two_answers_the_file_with_the_courses_name_counts_unless_another_is_preferred(hand_in, prefer, winner):
    submission = hand_in({"losses.py": MSE, "a.ipynb": notebook_text(OTHER)}, prefer=prefer)
    loser = {"losses.py": "a.ipynb", "a.ipynb": "losses.py"}[winner]

    assert home(submission, "mse") == winner
    assert said(submission) == [f"mse: {winner} counts, not {loser}, which differs; --prefer chooses."]


def test_what_is_preferred_has_to_be_there(hand_in):
    with pytest.raises(SubmissionError, match=r"--prefer b\.ipynb: .* has no such file or folder with code"):
        hand_in({"losses.py": MSE}, prefer="b.ipynb")


LATER = [  # the second of each pair is read later
    ("ch04/a.py", "ch05/a.py"), ("9.py", "10.py"), ("4장.ipynb", "5장.ipynb"), ("第4章/x.py", "第５章/x.py"),
    ("第四章.ipynb", "第五章.ipynb"), ("Chapter2/b.py", "chapter10/a.py"), ("ch04.ipynb", "ch05/net.py"),
]  # fmt: skip


@pytest.mark.parametrize(("earlier", "later"), LATER)
def test_of_two_answers_that_of_the_later_chapter_counts(hand_in, earlier, later):
    texts = {earlier: MSE, later: OTHER}
    files = {name: notebook_text(text) if name.endswith("ipynb") else text for name, text in texts.items()}

    submission = hand_in(files)

    assert home(submission, "mse") == later
    assert said(submission) == [f"mse: {later} counts, not {earlier}, which differs; --prefer chooses."]


def test_what_a_chapter_imports_comes_with_it(hand_in):
    files = {"ch04/a.py": MSE, "common/b.py": OTHER, "ch05/net.py": "from common.b import mse\nclass Net: pass\n"}

    assert home(hand_in(files), "mse") == "common/b.py"
    assert home(hand_in({**files, "ch06/a.py": MSE}), "mse") == "ch06/a.py"


def test_a_file_without_a_chapter_comes_where_its_folder_lists_it(hand_in):
    notebooks = {f"notebooks/{name}.ipynb": notebook_text(text) for name, text in [("ch04", MSE), ("common", OTHER)]}

    assert home(hand_in(notebooks), "mse") == "notebooks/common.ipynb"


def test_a_file_without_a_chapter_among_folders_of_chapters_comes_first(hand_in):
    assert home(hand_in({"ch04/a.py": MSE, "x.py": OTHER}), "mse") == "ch04/a.py"


def test_the_books_own_names_of_files_count_no_more_than_others(hand_in):
    wanted = {"net": WANTED["net"], **{name: {name: True} for name in ("f", "g", "h")}}
    whole = "class Net:\n    def loss(self): return 1\n    def gradient(self): return 2\n"

    submission = hand_in({"ch04/net.py": whole, "ch05/mine.py": whole.replace("2", "3")}, wanted=wanted)

    assert home(submission, "Net", "net") == "ch05/mine.py"


GIVEN = "def relu(x): return x\n"


def test_what_is_given_is_taken_from_where_the_answers_are(hand_in):
    net = "class Net:\n    def loss(self): return 1\n"

    assert "net.relu" not in hand_in({"ch05.py": net, "homework.py": GIVEN}).answers
    assert home(hand_in({"ch05.py": net + GIVEN, "homework.py": GIVEN}), "relu", "net") == "ch05.py"


EMPTY = "def mse(y, t):\n    "


@pytest.mark.parametrize("half", [STUB, EMPTY + "pass\n", EMPTY + "'To do.'\n    return None\n", EMPTY + "...\n"])
def test_what_is_only_half_there_does_not_count_though_it_is_later(hand_in, half):
    assert home(hand_in({"ch04.py": MSE, "ch05.py": half}), "mse") == "ch04.py"


def test_a_class_with_more_of_what_is_asked_for_counts_though_it_is_earlier(hand_in):
    whole = "class Net:\n    def loss(self): return 1\n    def gradient(self): return 2\n"
    half = "class Net:\n    def loss(self): return 3\n"

    assert home(hand_in({"ch04.py": whole, "ch05.py": half}), "Net", "net") == "ch04.py"


@pytest.mark.parametrize("below", ["from common.functions import *", "from common.functions import mse"])
def test_a_definition_counts_though_the_same_is_imported_below_it(hand_in, below):
    files = {"4장.ipynb": notebook_text(MSE, below), "common/functions.py": OTHER}

    assert home(hand_in(files), "mse") == "4장.ipynb"


def test_an_import_under_the_courses_name_answers_where_nothing_defines_it(hand_in):
    own = "def half_squares(y, t): return 1\n"

    submission = hand_in({"ch04.py": "from mine import half_squares as mse\n", "mine.py": own})

    assert submission.answers["losses.mse"] == Answer("mine.py", "half_squares")
    assert list(map(notice_sentence, submission.notices)) == [
        "Found under other names: half_squares for mse (mine.py)."
    ]


@pytest.mark.parametrize(
    ("name", "found"),
    [("squares", True), ("squares_", True), ("SQUARES", True), ("square", True), ("sqaures", True), ("net", False)]
    + [("squares2", False), ("_squares", False), ("squarings", False)],
)  # fmt: skip
def test_other_spellings_and_slips_are_known_and_told(hand_in, name, found):
    files = {"a.py": f"def {name}(y, t):\n    return 1\n", "b.ipynb": notebook_text("")}

    submission = hand_in(files, others={"mse": ["squares"]})

    assert [answer.name for answer in submission.answers.values()] == [name] * found
    assert [notice.values["what"] for notice in submission.notices] == [f"{name} for mse (a.py)"] * found


def test_a_slip_counts_only_where_nothing_has_the_right_name(hand_in):
    files = {"ch04.py": MSE, "ch05.py": OTHER.replace("mse", "squares")}

    assert home(hand_in(files, others={"mse": ["square"]}), "mse") == "ch04.py"


def test_preferring_a_stub_is_not_meant(hand_in):
    submission = hand_in({"losses.py": MSE, "a.ipynb": notebook_text(STUB)}, prefer="a.ipynb")

    assert home(submission, "mse") == "losses.py"


def test_answers_in_blocks_are_compared_too(hand_in):
    module, notebook = "if True:\n    def mse(y, t): return 1\n", "if True:\n    def mse(y, t): return 2"

    assert said(hand_in({"losses.py": module, "a.ipynb": notebook_text(notebook)}))
    assert not said(hand_in({"losses.py": module, "a.ipynb": notebook_text(module)}))


def test_a_file_that_is_named_counts_more_than_one_beside_it(tmp_path):
    (tmp_path / "losses.py").write_text(OTHER + "def cee(): return 1\n")
    (tmp_path / "a.ipynb").write_text(notebook_text("from losses import cee", MSE))

    submission = read_submission(tmp_path / "a.ipynb", Sought(WANTED))

    assert (home(submission, "mse"), home(submission, "cee")) == ("a.ipynb", "losses.py")


def test_an_answer_from_a_file_of_ones_own_counts_more_than_a_stub(hand_in):
    files = {"losses.py": STUB, "mine.py": MSE}

    assert home(hand_in({**files, "a.ipynb": notebook_text("from mine import mse")}), "mse") == "mine.py"
    assert home(hand_in({**files, "a.ipynb": notebook_text("from losses import mse")}), "mse") == "mine.py"


def test_a_notebook_at_the_top_counts_though_a_folder_below_has_modules(hand_in):
    assert home(hand_in({"a.ipynb": notebook_text(MSE), "src/losses.py": STUB}), "mse") == "a.ipynb"


@pytest.mark.parametrize("name", ["/content/", ".", "./", "/", "a b.py", "losses"])
def test_a_cell_that_writes_no_module_is_left_out(hand_in, name):
    submission = hand_in({"a.ipynb": notebook_text(f"%%writefile {name}\nx = 1", MSE)})

    assert home(submission, "mse") == "a.ipynb"


def test_a_copy_of_a_notebook_is_no_second_answer(hand_in):
    submission = hand_in({"a.ipynb": notebook_text(MSE), "Copy of a.ipynb": notebook_text(MSE)})

    assert home(submission, "mse") == "Copy of a.ipynb"
    assert not said(submission)


def test_each_name_of_a_module_may_come_from_another_file(hand_in):
    submission = hand_in({"losses.py": STUB + "def cee(): return 1\n", "sub/a.ipynb": notebook_text(MSE)})

    assert (home(submission, "mse"), home(submission, "cee")) == ("sub/a.ipynb", "losses.py")


def test_a_class_is_one_answer_whatever_parts_of_it_are_written(hand_in):
    half = (
        "class Net:\n    def loss(self): return 1\n    def gradient(self): raise NotImplementedError('Net.gradient')\n"
    )
    stub = half.replace("return 1", "raise NotImplementedError('Net.loss')")

    submission = hand_in({"net.py": "def relu(x): return x\n" + stub, "a.ipynb": notebook_text(half)})

    assert (home(submission, "Net", "net"), home(submission, "relu", "net")) == ("a.ipynb", "net.py")


def test_what_is_given_is_no_second_answer(hand_in):
    own = "def relu(x): return max(0, x)\nclass Net:\n    def loss(self): return 1\n    def gradient(self): return 2\n"

    submission = hand_in({"net.py": "def relu(x): return x\n", "a.ipynb": notebook_text(own)})

    assert (home(submission, "Net", "net"), home(submission, "relu", "net")) == ("a.ipynb", "net.py")


def test_a_file_that_a_cell_writes_is_a_module(hand_in):
    submission = hand_in({"a.ipynb": notebook_text("%%writefile losses.py\n" + MSE, "from losses import mse")})

    assert submission.modules["losses.py"].units[0].file == "<submission>/a.ipynb#losses.py"


def test_what_is_not_run_is_told_briefly(hand_in):
    cells = [
        "%matplotlib inline\n!pip install x",
        MSE,
        BROKEN,
        "mse(1, 2)",
        "for i in range(9): mse(i, i)\ndef cee(): 1",
    ]

    submission = hand_in({"a.ipynb": notebook_text(*cells)})

    assert [(n.kind, n.values.get("what") or n.values.get("cells")) for n in submission.notices] == [
        ("cell_not_python", "def mse(y, t:"),
        ("commands_ignored", "%matplotlib (cell 1), !pip install x (cell 1)"),
        ("cells_left_out", "4"),
    ]
    assert submission.notices[-1].values["parts"] == "5"


def test_what_a_finding_tells_is_not_told_twice(hand_in):
    submission = hand_in({"a.ipynb": notebook_text(BROKEN, "def other(x:")})

    assert [(notice.kind, notice.values["cell"]) for notice in submission.notices] == [("cell_not_python", "2")]


def test_run_all_leaves_nothing_out(hand_in):
    submission = hand_in({"a.ipynb": notebook_text(MSE, "mse(1, 2)")}, run_all=True)

    assert [unit.source for unit in submission.modules["a.ipynb"].units] == [MSE, "mse(1, 2)"]
    assert submission.notices == ()
