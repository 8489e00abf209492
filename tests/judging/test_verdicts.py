"""The one table: what is raised becomes a verdict and a finding. No pytest session, no box."""

import pytest
from conftest import submission_of

from grader.authoring.course import Course
from grader.box import inert
from grader.box.events import BadReply, Died, Missing, Needs, NoBox, StudentRaised, TimedOut
from grader.box.evidence import Call, Came
from grader.judging.compare import Mismatch
from grader.judging.verdicts import Said, Verdicts
from grader.model import Answer, Exercise, Finding, Module, Submission, Unit, Verdict
from grader.report.wording import sentence

SOURCE = "def double(x):\n    # TODO: double it.\n    raise NotImplementedError('double')\n"
FRAME = ("<submission>/arithmetic.py", 3, "double", 0)
HOLE = ("NotImplementedError", ("NotImplementedError",))


def absent(name, why):
    """Return what an answer raises that needs what stands for a missing import."""
    with pytest.raises(ImportError) as raised:
        float(inert.absent(name, why))
    return StudentRaised("ImportError", ("ImportError",), str(raised.value))


RAISED = {
    "passed": (None, Verdict.PASSED, None),
    "a wrong value": (Mismatch("sign"), Verdict.FAILED, "sign"),
    "an assertion": (AssertionError("no\nmore"), Verdict.FAILED, "assertion"),
    "the stub": (StudentRaised(*HOLE, "double", (FRAME,)), Verdict.TODO, "todo"),
    "another stub": (StudentRaised(*HOLE, "half"), Verdict.BLOCKED, "waits_for"),
    "an exception": (StudentRaised("ValueError", ("ValueError",), "no"), Verdict.RAISED, "raised"),
    "one of the parser": (StudentRaised("E", ("SyntaxError",), while_loading=True), Verdict.RAISED, "syntax_error"),
    "one while loading": (StudentRaised("ValueError", while_loading=True), Verdict.RAISED, "raised_loading"),
    "no memory": (StudentRaised("MemoryError", ("MemoryError",)), Verdict.KILLED, "out_of_memory"),
    "no file": (Missing("networks.Net"), Verdict.TODO, "no_module"),
    "no such name": (Missing("arithmetic.half"), Verdict.FAILED, "missing"),
    "no Python": (Missing("arithmetic.third"), Verdict.RAISED, "syntax_error"),
    "no method": (StudentRaised("E", ("AttributeError",), "no attribute 'double'"), Verdict.RAISED, "raised"),
    "what was not handed in": (absent("common.layers.Affine", "it was not handed in"), Verdict.RAISED, "not_handed_in"),
    "a framework": (absent("torch.softmax", "answers may use NumPy only"), Verdict.RAISED, "not_numpy"),
    "what is not run": (absent("f of a.py", "it is not run, since it defines no answer"), Verdict.RAISED, "not_run"),
    "another import": (absent("it", "where is it?"), Verdict.RAISED, "raised"),
    "a needed exercise": (Needs("arithmetic.half"), Verdict.BLOCKED, "waits_for"),
    "no end": (TimedOut(5), Verdict.TIMEOUT, "timeout"),
    "no end again": (TimedOut(5, again=True), Verdict.TIMEOUT, "timeout_again"),
    "death": (Died(signal=11), Verdict.KILLED, "died"),
    "no value": (BadReply("a lie"), Verdict.FAILED, "bad_reply"),
    "no other box": (NoBox("kernel", "landlock: no"), Verdict.KILLED, "no_box"),
    "a fault of the check": (KeyError("x"), Verdict.BROKEN, "broken"),
}  # fmt: skip


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    exercises = tuple(Exercise(f"arithmetic.{name}", name, "arithmetic", (name,), 1) for name in ("half", "double"))
    course = Course("Doubling", folder, exercises, {"arithmetic": (), "networks": ()}, None)
    module = Module("arithmetic.py", (Unit("<submission>/arithmetic.py", SOURCE),))
    more = {
        "answers": {"arithmetic.double": Answer("arithmetic.py", "double")},
        "homes": {"arithmetic": "arithmetic.py"},
        "known": {"arithmetic.py": ("double",)},
        "lost": {"arithmetic.third": Finding("syntax_error")},
    }
    return Verdicts(course, Submission("me", folder, {"arithmetic.py": module}, digest="", **more))


@pytest.mark.parametrize("case", RAISED)
def test_what_is_raised_has_its_verdict(verdicts, case):
    error, verdict, kind = RAISED[case]
    double = verdicts._course.exercises[1]

    found, finding = verdicts.judge(error, double, Said(), lambda: True)

    assert (found, finding and finding.kind) == (verdict, kind)


CAME = {
    "a result": (Came("double", "four"), "double returned str, which the check cannot use"),
    "an attribute": (Came("Net.W", 0.5, read=True), "Net.W is float, which the check cannot use"),
    "something else": (None, "what came back cannot be used by the check"),
}


@pytest.mark.parametrize("case", CAME)
def test_a_value_that_the_check_cannot_use_is_wrong_where_the_check_passes_on_the_reference(verdicts, case):
    came, words = CAME[case]
    said = Said((Call("double", (2,), {}, result="four"),), "printed", asked=True, came=came)

    found = verdicts.judge(TypeError("no"), verdicts._course.exercises[1], said, lambda: True)

    assert found[0] is Verdict.FAILED
    assert sentence(found[1]) == words
    assert (found[1].call, found[1].said, found[1].printed) == ("double(2)", "TypeError: no", "printed")


def test_it_is_the_checks_own_fault_where_it_fails_on_the_reference_as_well(verdicts):
    said = Said((Call("double", (2,), {}, result=4),), asked=True)

    found = verdicts.judge(TypeError("no"), verdicts._course.exercises[1], said, lambda: False)

    assert found == (Verdict.BROKEN, Finding("broken", {"why": "TypeError: no"}))


def test_a_class_without_the_method_that_is_asked_for_is_there(tmp_path):
    net = Exercise("nets.Net", "Net", "nets", ("Net.loss",), 1)
    files = submission_of("W = 1\n\nclass Net:\n    def predict(self, x):\n        return x\n", {"nets": ["Net"]})
    verdicts = Verdicts(Course("Nets", tmp_path, (net,), {"nets": ()}, None), files)
    lacks = StudentRaised("AttributeError", ("AttributeError",), "'Net' object has no attribute 'loss'")

    verdict, finding = verdicts.judge(lacks, net, Said(), lambda: True)

    assert (verdict, finding.kind, finding.values) == (Verdict.TODO, "no_method", {"name": "Net", "method": "loss"})
    assert (finding.place.line, finding.place.code) == (3, "class Net:")


def test_a_hole_brings_its_todo_and_its_place(verdicts):
    error, *_ = RAISED["the stub"]

    _, finding = verdicts.judge(error, verdicts._course.exercises[1], Said(), lambda: True)

    assert finding.values == {"name": "double", "todo": "double it."}
    assert (finding.place.file, finding.place.line) == ("arithmetic.py", 3)
