"""The course as a notebook: what students get, and the same with the reference answers in it."""

import json
import shutil
from pathlib import Path

import nbformat
from conftest import ROOT, result_of
from nbclient import NotebookClient

from grader.authoring.course import load_course
from grader.authoring.release import notebook_of
from grader.grading import grade
from grader.model import Settings, Verdict
from grader.submission import read_submission

COURSE = load_course()
[RELEASED] = (ROOT / "assignments" / "notebooks").iterdir()


def answered() -> str:
    """Return the released notebook with the reference answers in it."""
    return notebook_of(COURSE, {name: (COURSE.solutions / f"{name}.py").read_text("utf-8") for name in COURSE.given})


def test_the_released_notebook_is_valid_and_clean():
    text = RELEASED.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)

    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_every_exercise_has_its_formula_and_a_cell_that_checks_it():
    notebook = nbformat.reads(RELEASED.read_text(encoding="utf-8"), as_version=4)
    texts = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    checks = [cell.source for cell in notebook.cells if cell.source.startswith("%grade ")]

    assert all(COURSE.formulas[name].strip() in texts for e in COURSE.exercises for name in e.names)
    assert {e.id for e in COURSE.exercises} == {id_ for check in checks for id_ in COURSE.chosen([check[7:]])}


def test_the_released_notebook_untouched_scores_nothing_and_all_is_to_do():
    report = grade(read_submission(RELEASED, COURSE.sought), COURSE)

    assert report.score.points == 0
    assert {o.verdict for o in report.outcomes} <= {Verdict.TODO, Verdict.BLOCKED}
    assert result_of(report, "softmax").first_open.finding.values["todo"].startswith("shift each row by its maximum")


def test_with_the_reference_answers_it_scores_full(tmp_path):
    (tmp_path / "answers.ipynb").write_text(answered(), encoding="utf-8")

    report = grade(read_submission(tmp_path / "answers.ipynb", COURSE.sought), COURSE)

    assert [(o.check.id, o.finding) for o in report.outcomes if o.verdict is not Verdict.PASSED] == []
    assert report.score.points == sum(exercise.points for exercise in COURSE.exercises)


def test_answers_in_the_notebook_count_more_than_the_stubs_around_it(tmp_path):
    shutil.copytree(ROOT / "assignments", tmp_path / "assignments")
    (tmp_path / "assignments" / "notebooks" / RELEASED.name).write_text(answered(), encoding="utf-8")
    only = ("activations.softmax", "simple_net.SimpleNet", "training.train")

    report = grade(read_submission(tmp_path / "assignments", COURSE.sought), COURSE, Settings(only))

    assert report.score.points == report.score.possible


def test_run_all_on_the_fresh_notebook_ends_with_its_last_cell(tmp_path):
    notebook = nbformat.reads(RELEASED.read_text(encoding="utf-8"), as_version=4)
    place = {"metadata": {"path": tmp_path}}

    NotebookClient(notebook, kernel_name="python3", timeout=120, resources=place, allow_errors=False).execute()

    shown = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert {output.output_type for output in shown} <= {"display_data", "stream"}
    assert not [output for output in shown if output.get("name") == "stderr"]
    assert notebook.cells[-1].outputs
    said = [output.text for output in shown if output.output_type == "stream"]
    assert said == [
        "train is still to be written\n",
        "There is no training to show yet; run the cell that trains first.\n",
        "train is still to be written\n",
    ]


def test_it_runs_from_top_to_bottom_in_a_kernel_and_every_check_in_it_passes(tmp_path):
    notebook = nbformat.reads(answered(), as_version=4)
    nbformat.validate(notebook)

    NotebookClient(notebook, kernel_name="python3", timeout=120, resources={"metadata": {"path": tmp_path}}).execute()

    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    checks = [outputs[0].data["text/plain"] for name, outputs in shown.items() if name.endswith("-check")]
    assert len(checks) == len(COURSE.exercises)
    assert all("Every check passes." in text for text in checks)
    assert [name for name, outputs in shown.items() if any("image/png" in o.get("data", {}) for o in outputs)] == [
        "training-loss-picture",
        "training-accuracy-picture",
    ]
    assert list(Path(tmp_path).iterdir()) == []
