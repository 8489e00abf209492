"""Every verdict, from real boxes."""

import json
import shutil
import subprocess
import sys

import pytest
from conftest import ROOT, TINY, first, result_of

from grader.authoring.course import load_course
from grader.box import confine
from grader.errors import SubmissionError
from grader.grading import work_folder
from grader.model import Limits, Verdict
from grader.report.wording import message

RIGHT = """
def half(x): return x / 2
def double(x): return 2 * x
def quadruple(x): return double(double(x))
"""

DOUBLE_BODIES = {
    "wrong factor": ("return 20 * x", Verdict.FAILED, "double is exactly 10 times too large"),
    "nothing returned": ("pass", Verdict.FAILED, "double returned nothing; a number is asked for"),
    "text returned": ("return str(x)", Verdict.FAILED, "double returned str; a number is asked for"),
    "complex": ("return 2 * x + 0j", Verdict.FAILED, "double returned complex; a number is asked for"),
    "nan": ("return x * float('nan')", Verdict.FAILED, "double is nan where a number is expected"),
    "shape that would broadcast": ("import numpy as np; return np.full(1, 2 * x)", Verdict.FAILED,
                                   "double has shape (1,), not one number: an axis too many"),
    "exception": ("return undefined_name", Verdict.RAISED, "NameError in the middle of the call"),
    "sys.exit": ("import sys; sys.exit(0)", Verdict.RAISED, "SystemExit in the middle of the call"),
    "os._exit": ("import os; os._exit(3)", Verdict.KILLED, "double ended Python with exit code 3"),
    "crash": ("import os; os.abort()", Verdict.KILLED, "double crashed Python (signal 6)"),
    "memory": ("import numpy as np; return np.ones(10**12)", Verdict.KILLED, "asked for more memory than there is"),
    "hole": ("raise NotImplementedError('double')", Verdict.TODO, "double is still to be written"),
    "recursion": ("return double(x)", Verdict.RAISED, "RecursionError"),
    "huge answer": ("import numpy as np; return np.zeros(10**8)", Verdict.FAILED, "MiB is more than may be sent"),
    "nested answer": ("y = []\n    for _ in range(10**5): y = [y]\n    return y", Verdict.FAILED, "nested too deeply"),
}  # fmt: skip


@pytest.mark.parametrize("case", DOUBLE_BODIES)
def test_each_way_to_fail_has_its_verdict_and_its_sentence(grade_text, case):
    body, verdict, sentence = DOUBLE_BODIES[case]

    report = grade_text(f"def half(x): return x / 2\ndef double(x):\n    {body}\ndef quadruple(x): return 4 * x\n")

    assert first(report).verdict is verdict
    assert sentence in message(first(report).finding)
    assert result_of(report, "quadruple").score.points == 2
    assert report.final


def test_endless_loop_costs_its_check_alone(grade_text):
    text = RIGHT.replace("return 2 * x", "return 2 * x if not isinstance(x, int) else endless()")
    text += "def endless():\n    while True: pass\n"

    report = grade_text(text, limits=Limits(timeout_s=0.5))

    assert [o.verdict for o in result_of(report, "double").outcomes] == [Verdict.TIMEOUT] + [Verdict.PASSED] * 2
    assert result_of(report, "quadruple").complete


def test_after_two_timeouts_the_rest_of_an_exercise_is_not_waited_for(grade_text):
    text = RIGHT.replace("return 2 * x", "return endless()") + "def endless():\n    while True: pass\n"

    report = grade_text(text, limits=Limits(timeout_s=0.3))

    kinds = [outcome.finding.kind for outcome in result_of(report, "double").outcomes]
    assert kinds == ["timeout", "timeout", "timeout_again"]


def test_an_endless_loop_is_shown_once_and_what_calls_it_waits(grade_text, public_only):
    text = RIGHT.replace("return 2 * x", "return endless()") + "def endless():\n    while True: pass\n"

    report = grade_text(text, course=public_only, limits=Limits(timeout_s=0.3))

    assert {o.verdict for o in result_of(report, "double").outcomes} == {Verdict.TIMEOUT}
    waiting = result_of(report, "quadruple").outcomes
    assert {(o.verdict, o.finding.values["exercise"]) for o in waiting} == {(Verdict.BLOCKED, "double")}


def test_an_endless_loop_of_its_own_is_shown_whatever_else_is_wrong(grade_text, public_only):
    text = RIGHT.replace("return 2 * x", "return 3 * x").replace("return double(double(x))", "return endless()")
    text += "def endless():\n    while True: pass\n"

    report = grade_text(text, course=public_only, limits=Limits(timeout_s=0.3))

    assert {o.verdict for o in result_of(report, "quadruple").outcomes} == {Verdict.TIMEOUT}


STUB = "def {0}(x): raise NotImplementedError('{0}')\n"
ATTEMPTS = {  # what double and quadruple are: points and possible points of what is attempted, and what is not
    "nothing": (STUB.format("double") + STUB.format("quadruple"), (0, 0), ["double", "quadruple"]),
    "not even stubs": ("def half(x): return x / 2\n", (0, 0), ["double", "quadruple"]),
    "one": ("def double(x): return 2 * x\n" + STUB.format("quadruple"), (3, 3), ["quadruple"]),
    "one, wrong": ("def double(x): return 3 * x\n" + STUB.format("quadruple"), (0, 3), ["quadruple"]),
    "one, that raises": ("def double(x): return 1 / 0\n" + STUB.format("quadruple"), (0, 3), ["quadruple"]),
    "one, misspelt": ("def duoble(x): return 2 * x\n" + STUB.format("quadruple"), (3, 3), ["quadruple"]),
    "the other": (STUB.format("double") + "def quadruple(x): return 4 * x\n", (2, 2), ["double"]),
    "both": (RIGHT, (5, 5), []),
    "one, no Python": ("def double(x:\n", (0, 3), ["quadruple"]),
}


@pytest.mark.parametrize("case", ATTEMPTS)
def test_what_is_nowhere_attempted_is_listed_and_not_scored(grade_text, case):
    text, points, left_out = ATTEMPTS[case]

    report = grade_text(text, only_answered=True)

    assert (report.score.points, report.score.possible) == points
    assert [r.exercise.title for r in report.unattempted] == left_out
    assert report == grade_text(text).answered()


def test_what_waits_for_nothing_but_what_is_not_there_is_left_out_with_it(grade_text, public_only):
    text = STUB.format("double") + "def quadruple(x): return double(double(x))\n"

    report = grade_text(text, course=public_only, only_answered=True)

    assert [r.exercise.title for r in report.unattempted] == ["double", "quadruple"]


def test_hidden_points_are_those_of_what_is_attempted(grade_text, public_only):
    text = "def double(x): return 2 * x\n"
    every = grade_text(text, course=public_only)
    double = result_of(every, "double")

    report = grade_text(text, course=public_only, only_answered=True)

    assert report.hidden_points == double.exercise.points - double.checked_points


AT_IMPORT = {
    "sys.exit": ("__import__('sys').exit(0)", Verdict.RAISED),
    "os._exit": ("__import__('os')._exit(0)", Verdict.KILLED),
    "endless loop": ("sum(iter(lambda: 1, 0))", Verdict.TIMEOUT),
    "exception": ("1 / 0", Verdict.RAISED),
    "memory": ("bytearray(10**12)", Verdict.KILLED),
}


@pytest.mark.parametrize("case", AT_IMPORT)
def test_what_happens_at_import_costs_what_is_defined_by_it_alone(tmp_path, case):
    from grader.grading import grade
    from grader.model import Settings
    from grader.submission import read_submission

    folder = two_module_course(tmp_path / "course")
    line, verdict = AT_IMPORT[case]
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "one.py").write_text(f"{line}\ndef f(x, y={line}): return x\n")
    (answers / "two.py").write_text("from one import f\ndef g(x): return x\n")

    course = load_course(folder)
    report = grade(read_submission(answers, course.sought), course, Settings(limits=Limits(timeout_s=1)))

    assert [o.verdict for o in report.outcomes] == [verdict, Verdict.PASSED]


def two_module_course(folder):
    (folder / "checks").mkdir(parents=True)
    (folder / "course.toml").write_text(
        'title = "Two"\n[modules]\none = {}\ntwo = {}\n'
        + "".join(
            f'[[exercises]]\nid = "{m}.{f}"\ntitle = "{f}"\nmodule = "{m}"\nnames = ["{f}"]\npoints = 1\n'
            for m, f in (("one", "f"), ("two", "g"))
        )
    )
    (folder / "checks" / "test_two.py").write_text(
        "import pytest\n"
        "@pytest.mark.exercise('one.f', points=1)\ndef test_f(student): assert student.f(1) == 1\n"
        "@pytest.mark.exercise('two.g', points=1)\ndef test_g(student): assert student.g(1) == 1\n"
    )
    return folder


def test_flood_of_prints_is_cut_and_costs_nothing(grade_text):
    report = grade_text(RIGHT.replace("return 2 * x", "print('x' * 10**7); return 2 * x"))

    assert report.score.points == 5


def test_a_state_changed_by_one_check_is_not_seen_by_the_next(grade_text):
    report = grade_text(
        "calls = []\n" + RIGHT.replace("return 2 * x", "calls.append(x); return 2 * x if len(calls) < 2 else 0")
    )

    assert result_of(report, "double").complete


def test_reference_stands_in_for_a_failed_requirement(grade_text):
    report = grade_text(RIGHT.replace("return 2 * x", "return 3 * x"))

    quadruple = result_of(report, "quadruple")
    assert quadruple.complete
    assert quadruple.stood_in == ("arithmetic.double",)


OTHER_WAY_ROUND = """
def half(x): return x / 2
def double(times, x): return times * x
def quadruple(x): return double(4, x)
"""
CHAPTERS = {
    "ch04.py": "def double(x): return 3 * x\ndef quadruple(x): return double(double(x))\n",
    "ch05.py": "def double(x): return 2 * x\n",
}


def test_an_answer_that_is_right_with_the_learners_own_function_only_is_right(grade_text):
    report = grade_text(OTHER_WAY_ROUND)

    assert result_of(report, "double").score.points == 0
    assert result_of(report, "quadruple").complete
    assert result_of(report, "quadruple").stood_in == ()


def test_an_answer_beside_a_wrong_function_that_another_file_has_right_is_right(grade_files, public_only):
    report = grade_files(CHAPTERS)

    assert result_of(report, "double").complete
    assert result_of(report, "quadruple").complete
    assert result_of(report, "quadruple").stood_in == ("arithmetic.double",)
    assert not result_of(grade_files(CHAPTERS, course=public_only), "quadruple").complete, "nothing stands in there"


NET = """import numpy as np
def softmax(x): return np.exp(x) / 2
def cross_entropy_error(y, t): return 1
def numerical_gradient(f, x): return 0
class SimpleNet:
    def __init__(self, W=None):
        self.W = np.random.randn(2, 3) if W is None else W
    def predict(self, x): return x @ self.W
    def loss(self, x, t): return cross_entropy_error(softmax(self.predict(x)), t)
    def gradient(self, x, t): return numerical_gradient(lambda W: self.loss(x, t), self.W)
"""
SOFTMAX = """import numpy as np
def softmax(x):
    y = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return y / np.sum(y, axis=-1, keepdims=True)
"""


def test_where_some_functions_are_wrong_a_right_one_that_is_not_used_costs_nothing_either(grade_files, course):
    report = grade_files({"ch04.py": NET, "ch05.py": SOFTMAX}, course=course, only=("simple_net.SimpleNet",))

    assert report.exercises[0].complete
    assert "activations.softmax" in report.exercises[0].stood_in


@pytest.mark.parametrize("double", ["3 * x", "2 * x", "endless()", "1 / 0", "__import__('os')._exit(1)"])
def test_what_fails_with_every_choice_of_stand_ins_is_shown_as_it_first_failed(grade_text, double):
    text = f"def double(x): return {double}\ndef quadruple(x): return double(x) + 1\n"
    text += "def endless():\n    while True: pass\n"

    report = grade_text(text, limits=Limits(timeout_s=0.5))

    quadruple = result_of(report, "quadruple")
    assert {o.verdict for o in quadruple.outcomes} == {Verdict.FAILED}
    assert quadruple.outcomes[0].finding.yours[0] == "3 5", "with a right double"
    assert quadruple.stood_in == (("arithmetic.double",) if double != "2 * x" else ())


@pytest.mark.parametrize(("text", "times"), [(RIGHT, 1), (OTHER_WAY_ROUND, 2)])
def test_a_second_try_draws_the_same_and_what_passes_is_tried_once(tmp_path, grade_text, text, times):
    folder, drawn = tmp_path / "course", tmp_path / "drawn"
    shutil.copytree(TINY, folder)
    check = CHECK.format(line="assert x == 4").replace("test_other(student):", "test_other(student, rng, curve):")
    lines = f"    x = rng.random()\n    open({str(drawn)!r}, 'a').write(f'{{x}} ')\n    curve('drawn', [x])\n"
    (folder / "checks" / "test_arithmetic.py").write_text(
        check.replace("    assert student.q", f"{lines}    assert student.q")
    )
    (folder / "solutions" / "checks" / "test_hidden.py").unlink()

    report = grade_text(text, course=load_course(folder))

    quadruple = result_of(report, "quadruple")
    assert quadruple.complete
    assert list(map(float, drawn.read_text().split())) == [*quadruple.series["drawn"]] * times


def test_reference_never_answers_for_the_exercise_itself(grade_text):
    cheat = """
import gc
def half(x): return x / 2
def quadruple(x): return 4 * x
def double(x):
    conversation = [o for o in gc.get_objects() if type(o).__name__ == 'Conversation'][0]
    return conversation.ask('stand_in', ((x,), {}), name='arithmetic.double')
"""

    report = grade_text(cheat)

    assert result_of(report, "double").score.points == 0


def test_without_solutions_what_waits_is_blocked_and_says_for_what(grade_text, public_only):
    report = grade_text(RIGHT.replace("return 2 * x", "raise NotImplementedError('double')"), course=public_only)

    assert first(report).verdict is Verdict.TODO
    assert first(report, "quadruple").verdict is Verdict.BLOCKED
    assert message(first(report, "quadruple").finding) == "waits for double"
    assert not report.hidden_ran
    assert report.hidden_points == 2


def test_misspelt_function_is_named(grade_text):
    report = grade_text(RIGHT.replace("def double", "def double2"))

    assert message(first(report).finding) == (
        "double is not defined; is it double2?\narithmetic.py:3: def double2(x): return 2 * x"
    )


NOT_THERE = {  # the body of double, and what is said of it
    "common.layers": (
        "from common.layers import Affine",
        "Affine()",
        "double needs common.layers.Affine, which was not handed in",
    ),
    "torch": ("import torch", "torch.softmax(x, 0) * 2", "double needs torch.softmax; answers may use NumPy only"),
}


@pytest.mark.parametrize("case", NOT_THERE)
def test_what_an_answer_needs_and_is_not_there_is_named(grade_text, case):
    line, value, words = NOT_THERE[case]

    outcome = first(grade_text(f"{line}\ndef double(x):\n    return {value}\n"))

    assert outcome.verdict is Verdict.RAISED
    assert message(outcome.finding).splitlines() == [words, f"arithmetic.py:3: return {value}", "call      double(2)"]


def test_syntax_error_names_the_line(grade_text):
    report = grade_text("def double(x):\n    return x *\n\n\ndef quadruple(x): return 4 * x\n")

    finding = first(report).finding
    assert (finding.kind, finding.place.line, finding.place.column) == ("syntax_error", 2, 15)
    assert finding.place.code == "    return x *", "as it is indented"
    assert result_of(report, "quadruple").score.points == 2, "what stands beside it is read all the same"


@pytest.mark.parametrize(("text", "kind"), [("x = 1\n", "IndentationError"), ("\tx = 1\n        y = 2\n", "TabError")])
def test_an_error_of_indentation_keeps_its_name(grade_files, text, kind):
    report = grade_files({"arithmetic.py": f"def double(x):\n{text}"})

    assert first(report).finding.said.startswith(f"{kind}: ")


def test_a_module_that_is_not_utf8_names_the_line(grade_files):
    report = grade_files({"arithmetic.py": b"# fine\n# caf\xe9\n"})

    assert first(report).finding.kind == "not_utf8"
    assert first(report).finding.place.line == 2


def test_equal_inputs_give_equal_reports(grade_text):
    text = "import random\n" + RIGHT.replace("2 * x", "2 * x + random.random()")

    assert grade_text(text) == grade_text(text)


CHECK = """
import pytest

@pytest.mark.exercise("arithmetic.double", points=3)
def test_sum(student):
    x = student.double(2)
    {line}

@pytest.mark.exercise("arithmetic.quadruple", points=2)
def test_other(student):
    assert student.quadruple(1) == 4
"""


@pytest.mark.parametrize(
    ("line", "verdict"), [("assert x.real == 4", Verdict.FAILED), ("assert x + undefined == 4", Verdict.BROKEN)]
)
def test_a_result_that_a_check_cannot_use_is_wrong_and_a_check_that_cannot_work_is_our_fault(
    tmp_path, grade_text, line, verdict
):
    folder = tmp_path / "course"
    shutil.copytree(TINY, folder)
    (folder / "checks" / "test_arithmetic.py").write_text(CHECK.format(line=line))
    (folder / "solutions" / "checks" / "test_hidden.py").unlink()

    report = grade_text(RIGHT.replace("return 2 * x", "return 'text'"), course=load_course(folder))

    assert first(report).verdict is verdict
    assert report.final is (verdict is not Verdict.BROKEN)


def test_a_function_called_the_wrong_way_is_the_answers_mistake(tmp_path, grade_text):
    folder = tmp_path / "course"
    shutil.copytree(TINY, folder)
    check = CHECK.format(line="assert x == 4").replace("student.double(2)", "student.double(lambda x: 4)")
    (folder / "checks" / "test_arithmetic.py").write_text(check)
    reference = (folder / "solutions" / "arithmetic.py").read_text()
    (folder / "solutions" / "arithmetic.py").write_text(reference.replace("return 2 * x", "return x(2)"))
    (folder / "solutions" / "checks" / "test_hidden.py").unlink()

    report = grade_text(RIGHT.replace("return 2 * x", "return x(1, 2, 3)"), course=load_course(folder))

    assert first(report).verdict is Verdict.FAILED
    assert first(report).finding.kind == "asked_number"
    assert first(report).finding.values == {"name": "the function handed in", "got": "3", "wanted": "x"}
    assert first(report).finding.place.code.strip().startswith("def double(x): return x(1, 2, 3)")


ONE_NUMBER = """
import numpy as np
def numerical_gradient(f, x):
    h, grad = 1e-4, np.zeros_like(x)
    for i in range(x.size):
        grad[i] = (f(x[i] + h) - f(x[i] - h)) / (2 * h)
    return grad
"""


def test_a_function_handed_in_that_is_called_with_one_number_of_many_is_said_to_be(grade_files, course):
    report = grade_files({"gradients.py": ONE_NUMBER}, course=course, only=("gradients.numerical_gradient",))

    said = message(first(report, "numerical_gradient").finding).splitlines()
    assert said[0] == "the function handed in was called with one number, which it cannot use"
    assert said[1] == "gradients.py:6: grad[i] = (f(x[i] + h) - f(x[i] - h)) / (2 * h)"
    assert said[-1].startswith("IndexError: ")


def test_a_reference_answer_that_is_called_with_what_it_cannot_use_is_named(grade_text):
    report = grade_text("def double(x): return 3 * x\ndef quadruple(x):\n    y = print(x)\n    return double(y)\n")

    finding = first(report, "quadruple").finding
    words = message(finding).splitlines()
    assert words[:2] == ["double was called with None, which it cannot use", "arithmetic.py:4: return double(y)"]


def test_own_helper_modules_import_and_cannot_shadow_numpy(grade_files):
    files = {
        "arithmetic.py": "import numpy\nfrom common.tools import twice\ndef half(x): return x / 2\n"
        "def double(x): return twice(x)\ndef quadruple(x): return float(numpy.float64(4)) * x\n",
        "common/__init__.py": "",
        "common/tools.py": "def twice(x): return 2 * x\n",
        "numpy.py": "raise RuntimeError('shadowed')\n",
    }

    report = grade_files(files)

    assert report.score.points == 5


def test_only_the_exercise_asked_for_is_reported_and_its_requirements_are_known(grade_text):
    report = grade_text(RIGHT.replace("return 2 * x", "return 3 * x"), only=("arithmetic.quadruple",))

    assert [r.exercise.id for r in report.exercises] == ["arithmetic.quadruple"]
    assert report.exercises[0].stood_in == ("arithmetic.double",)


CALLED_TWICE = "calls = []\n" + RIGHT.replace("2 * x", "calls.append(x) or 2 * x * len(calls)")


@pytest.mark.parametrize(("text", "points"), [(CALLED_TWICE, 5), (OTHER_WAY_ROUND, 2)])
def test_without_fork_each_try_of_a_check_gets_a_process_of_its_own(tmp_path, text, points):
    """As on Windows: slower, with the same verdicts."""
    (tmp_path / "arithmetic.py").write_text(text)
    code = (
        "import sys; from grader.box import line; line.FORK = False;"
        f"from grader.cli import main; main([{str(tmp_path)!r}, '--course', {str(TINY)!r}, '--json', '-'])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert json.loads(done.stdout)["score"] == points


@pytest.mark.parametrize(("libraries", "points"), [('["platformdirs"]', 3), ("[]", 0)])
def test_answers_import_the_libraries_that_the_course_allows(tmp_path, grade_text, libraries, points):
    if (why_not := confine.available(confine.Level.KERNEL)) is not None:
        pytest.skip(why_not)
    folder = tmp_path / "course"
    shutil.copytree(TINY, folder)
    text = (folder / "course.toml").read_text()
    (folder / "course.toml").write_text(f"libraries = {libraries}\n{text}")

    text = "import platformdirs\ndef double(x):\n    platformdirs.user_data_dir('a')\n    return 2 * x\n"

    report = grade_text(text, course=load_course(folder), sandbox="kernel")

    assert report.score.points == points


def test_files_that_are_too_large_together_are_one_sentence(grade_files):
    files = {f"big{i}.py": "x = 1\n# " + "a" * 1_900_000 for i in range(3)}
    files["arithmetic.py"] = "".join(f"import big{i}\n" for i in range(3)) + RIGHT

    with pytest.raises(SubmissionError, match="all files together hold over 4 MiB; leave out"):
        grade_files(files)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit there")
def test_a_lack_of_descriptors_hides_no_error_and_leaves_no_folder():
    import resource

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        with pytest.raises(LookupError, match="the first"), work_folder() as folder:
            resource.setrlimit(resource.RLIMIT_NOFILE, (3, before[1]))
            raise LookupError("the first")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)

    assert not folder.exists()
