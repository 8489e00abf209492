"""Which file answers what, where modules and notebooks lie side by side."""

import pytest
from conftest import notebook_text

from grader.errors import SubmissionError
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
        return read_submission(tmp_path / "work", WANTED, **options)

    return run


def home(submission, name: str, module: str = "losses") -> str:
    """Return the file in which a name is looked for."""
    units = submission.modules[submission.modules[module].taken.get(name, module)].units
    return units[0].file.removeprefix("<submission>/").partition("#")[0]


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

    lost = in_notebook.modules["losses"].lost["mse"]
    assert (lost.kind, lost.place.file, lost.place.cell, lost.place.line) == ("syntax_error", "a.ipynb", 2, 1)


def test_a_module_that_is_not_python_keeps_what_a_notebook_answers(hand_in):
    submission = hand_in({"losses.py": BROKEN + "def cee(): pass\n", "a.ipynb": notebook_text(MSE)})

    assert home(submission, "mse") == "a.ipynb"
    assert submission.modules["losses"].lost["cee"].place.file == "losses.py"


def test_two_answers_are_named_and_left_to_their_author(hand_in):
    with pytest.raises(
        SubmissionError, match=r"losses\.py and a\.ipynb both answer mse.*--prefer module or --prefer note"
    ):
        hand_in({"losses.py": MSE, "a.ipynb": notebook_text(OTHER)})


@pytest.mark.parametrize(("prefer", "winner"), [("module", "losses.py"), ("notebook", "a.ipynb")])
def test_prefer_decides(hand_in, prefer, winner):
    submission = hand_in({"losses.py": MSE, "a.ipynb": notebook_text(OTHER)}, prefer=prefer)

    assert home(submission, "mse") == winner


def test_preferring_a_stub_is_not_meant(hand_in):
    submission = hand_in({"losses.py": MSE, "a.ipynb": notebook_text(STUB)}, prefer="notebook")

    assert home(submission, "mse") == "losses.py"


def test_answers_in_blocks_are_compared_too(hand_in):
    module, notebook = "if True:\n    def mse(y, t): return 1\n", "if True:\n    def mse(y, t): return 2"

    with pytest.raises(SubmissionError, match="both answer mse"):
        hand_in({"losses.py": module, "a.ipynb": notebook_text(notebook)})


def test_a_file_that_is_named_counts_more_than_one_beside_it(tmp_path):
    (tmp_path / "losses.py").write_text(OTHER + "def cee(): return 1\n")
    (tmp_path / "a.ipynb").write_text(notebook_text("from losses import cee", MSE))

    submission = read_submission(tmp_path / "a.ipynb", WANTED)

    assert (home(submission, "mse"), home(submission, "cee")) == ("a.ipynb", "losses.py")


def test_an_answer_from_a_file_of_ones_own_counts_more_than_a_stub(hand_in):
    files = {"losses.py": STUB, "mine.py": MSE}

    assert home(hand_in({**files, "a.ipynb": notebook_text("from mine import mse")}), "mse") == "a.ipynb"
    assert home(hand_in({**files, "a.ipynb": notebook_text("from losses import mse")}), "mse") == "losses.py"


def test_a_notebook_at_the_top_counts_though_a_folder_below_has_modules(hand_in):
    assert home(hand_in({"a.ipynb": notebook_text(MSE), "src/losses.py": STUB}), "mse") == "a.ipynb"


@pytest.mark.parametrize("name", ["/content/", ".", "./", "/", "a b.py", "losses"])
def test_a_cell_that_writes_no_module_is_left_out(hand_in, name):
    submission = hand_in({"a.ipynb": notebook_text(f"%%writefile {name}\nx = 1", MSE)})

    assert home(submission, "mse") == "a.ipynb"


def test_two_notebooks_that_differ_are_named(hand_in):
    with pytest.raises(SubmissionError, match=r"a\.ipynb and b\.ipynb both answer mse, and not alike; .* by its name"):
        hand_in({"a.ipynb": notebook_text(MSE), "b.ipynb": notebook_text(OTHER)})


def test_a_copy_of_a_notebook_is_no_second_answer(hand_in):
    submission = hand_in({"a.ipynb": notebook_text(MSE), "Copy of a.ipynb": notebook_text(MSE)})

    assert home(submission, "mse") == "Copy of a.ipynb"


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

    assert submission.modules["losses"].units[0].file == "<submission>/a.ipynb#losses.py"


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

    assert [unit.source for unit in submission.modules["notebook 1"].units] == [MSE, "mse(1, 2)"]
    assert submission.notices == ()
