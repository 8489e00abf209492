"""What a stub gives is the course's: checks do not believe the learner's copy, and the report names what differs."""

import shutil

import pytest
from conftest import ROOT, notebook_text, result_of

from grader.authoring.course import load_course
from grader.grading import grade
from grader.model import Notice, Settings
from grader.report.wording import notice_sentence
from grader.submission import read_submission

COURSE = load_course()
OTHERS = {
    "two_layer_net": """
TwoLayerNet.predict = lambda self, x: np.zeros((len(x), 10))
TwoLayerNet.loss = lambda self, x, t: 0.0
TwoLayerNet.accuracy = lambda self, x, t: 1.0
""",
    "training": """
class History:
    def __init__(self):
        self.loss, self.train_accuracy, self.test_accuracy = [], [], []
""",
}


def grade_with(folder, module, addition, *only):
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, folder)
    with (folder / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(addition)
    return grade(read_submission(folder, COURSE.sought), COURSE, Settings(only=only))


@pytest.mark.parametrize("module", OTHERS)
def test_a_right_answer_loses_nothing_to_a_given_part_that_was_changed(module, tmp_path):
    exercises = [exercise.id for exercise in COURSE.exercises if exercise.module == module]

    report = grade_with(tmp_path, module, OTHERS[module], *exercises)

    assert report.score.points == report.score.possible > 0


def test_a_report_says_which_given_part_was_changed_and_where(tmp_path):
    lines = (ROOT / "solutions" / "activations.py").read_text(encoding="utf-8").count("\n")

    report = grade_with(tmp_path, "activations", "\n\ndef relu(x):\n    return x\n", "activations.softmax")

    assert [notice_sentence(notice) for notice in report.notices if notice.kind == "given_changed"] == [
        f"activations.py:{lines + 3}: relu is not as it was given; if a check surprises you, put it back."
    ]
    assert result_of(report, "softmax").complete


def test_in_a_notebook_the_cell_is_named(tmp_path):
    stub = (ROOT / "assignments" / "activations.py").read_text(encoding="utf-8")
    cells = notebook_text(*stub.replace("np.maximum(0, x)", "np.abs(x)").split("\n\n\n"))
    (tmp_path / "mine.ipynb").write_text(cells, encoding="utf-8")

    submission = read_submission(tmp_path / "mine.ipynb", COURSE.sought)
    notices = grade(submission, COURSE, Settings(only=("activations.softmax",))).notices

    [notice] = [notice for notice in notices if notice.kind == "given_changed"]
    assert notice == Notice("given_changed", {"name": "relu", "file": "mine.ipynb", "line": "1", "cell": "3"})


@pytest.mark.parametrize("path", [ROOT / "solutions", ROOT / "assignments"], ids=lambda path: path.name)
def test_nothing_is_said_where_nothing_was_changed(path):
    report = grade(read_submission(path, COURSE.sought), COURSE, Settings(only=("activations.softmax",)))

    assert [notice for notice in report.notices if notice.kind == "given_changed"] == []
