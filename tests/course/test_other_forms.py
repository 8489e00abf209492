"""A network that keeps its parameters elsewhere or in another form: what is asked for is said in a sentence."""

import shutil

import pytest
from conftest import ROOT, result_of

from grader.authoring.course import load_course
from grader.grading import grade
from grader.model import Settings, Verdict
from grader.report.wording import sentence
from grader.submission import read_submission

COURSE = load_course()
TWO_LAYERS = "\n\nfirst = TwoLayerNet.__init__\n\n\ndef other(self, *sizes):\n    first(self, *sizes)\n    {}\n\n\n"
TWO_LAYERS += "TwoLayerNet.__init__ = other\n"
ASKED = "W1, b1, W2, b2"
OTHER_PARAMS = {  # what happens to params, and what is said of TwoLayerNet
    "for key in 'b1', 'b2': self.params[key.upper()] = self.params.pop(key)": (
        f".params has the keys W1, W2, B1, B2; {ASKED} are asked for"
    ),
    "self.params.clear()": f".params has no keys; {ASKED} are asked for",
    "self.param = self.__dict__.pop('params')": f" has no params; a dict with the keys {ASKED} is asked for",
    "self.params = list(self.params.values())": f".params is of type list; a dict with the keys {ASKED} is asked for",
    "self.params['b1'] = self.params['b1'].tolist()": '.params["b1"] is of type list, not an array of shape (40,)',
    "self.params['b1'] = self.params['b1'][:, None]": '.params["b1"] has shape (40, 1), not (40,)',
    "self.params['W2'] = np.zeros((sizes[1], sizes[2] + 1))": '.params["W2"] has shape (40, 4), not (40, 3)',
}


def grade_with(folder, module, addition, only):
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, folder)
    with (folder / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(addition)
    return grade(read_submission(folder, COURSE.sought), COURSE, Settings(only=(only,)))


@pytest.mark.parametrize(("change", "said"), OTHER_PARAMS.items())
def test_parameters_of_another_form_fail_each_check_with_a_sentence(change, said, tmp_path):
    report = grade_with(tmp_path, "two_layer_net", TWO_LAYERS.format(change), "two_layer_net.TwoLayerNet")

    result = result_of(report, "TwoLayerNet")
    assert {outcome.verdict for outcome in result.outcomes} == {Verdict.FAILED}
    assert sentence(result.outcomes[0].finding) == f"TwoLayerNet{said}"


def test_what_mnist_cannot_put_in_place_is_said_there_as_well(tmp_path):
    change = "if sizes[0] == 784: self.params = None"

    report = grade_with(tmp_path, "two_layer_net", TWO_LAYERS.format(change), "training.mnist_accuracy")

    said = {sentence(outcome.finding) for outcome in result_of(report, "mnist_accuracy").outcomes}
    assert said == {f"TwoLayerNet has no params; a dict with the keys {ASKED} is asked for"}


def test_a_bias_that_is_one_row_is_told_where_its_gradient_is_looked_at(tmp_path):
    change = "self.params.update(b1=self.params['b1'][None], b2=self.params['b2'][None])"

    report = grade_with(tmp_path, "two_layer_net", TWO_LAYERS.format(change), "two_layer_net.TwoLayerNet")

    lost = {o.check.id for o in result_of(report, "TwoLayerNet").outcomes if o.verdict is not Verdict.PASSED}
    assert lost == {"two_layer_net.TwoLayerNet.parameters_stay", "two_layer_net.TwoLayerNet.hidden.first_steps"}


def test_a_network_without_a_place_for_its_weights_is_told_so(tmp_path):
    layers = """

class SimpleNet:
    def __init__(self):
        self.weights = {"W": np.random.randn(2, 3)}

    def loss(self, x, t):
        return cross_entropy_error(softmax(x @ self.weights["W"]), t)
"""

    report = grade_with(tmp_path, "simple_net", layers, "simple_net.SimpleNet")

    finding = result_of(report, "SimpleNet").outcomes[0].finding
    assert sentence(finding) == "SimpleNet has no W; its weights, of shape (2, 3), are asked for under that name"
    assert finding.call == "SimpleNet()"
