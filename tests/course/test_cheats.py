"""What would look like a trained network gains nothing unless it is trained."""

import base64
import shutil

import numpy as np
import pytest
from conftest import ROOT, result_of

from grader.authoring.course import load_course
from grader.datasets import mnist_files
from grader.grading import grade
from grader.judging.student import load_reference
from grader.model import Settings
from grader.submission import read_submission

COURSE = load_course()

OVERRIDDEN = """
def gradient(self, x, t):
    return {key: np.zeros_like(value) for key, value in self.params.items()}

TwoLayerNet.gradient = gradient
TwoLayerNet.accuracy = lambda self, x, t: 1.0
TwoLayerNet.loss = lambda self, x, t: 0.01
"""

MEMORISED = """
import base64
LEARNT = {{
    key: np.frombuffer(base64.b85decode(text), np.float16).astype(float).reshape(shape)
    for key, (text, shape) in {weights}.items()
}}

def gradient(self, x, t):
    return {{key: (self.params[key] - LEARNT[key]) / 0.1 for key in self.params}}

TwoLayerNet.gradient = gradient
"""

LABELS = """
LABELS = {labels}

def predict(self, x):
    return np.eye(10)[[LABELS[n % len(LABELS)] for n in range(len(x))]]

def gradient(self, x, t):
    return {{key: np.zeros_like(value) for key, value in self.params.items()}}

TwoLayerNet.predict = predict
TwoLayerNet.gradient = gradient
"""


def learnt_weights():
    """Train the reference, as somebody could at home, and write the result as text."""
    reference = load_reference(COURSE.solutions, tuple(COURSE.given))
    files = mnist_files()
    images, labels = (np.load(files[name], mmap_mode="r") for name in ("x_train", "t_train"))
    net, rng = reference.TwoLayerNet(784, 50, 10), np.random.default_rng(0)
    for _ in range(600):
        rows = rng.integers(60_000, size=100)
        gradient = net.gradient(images[rows] / np.float32(255), labels[rows])
        net.params = {key: net.params[key] - 0.1 * gradient[key] for key in gradient}
    x_test, t_test = np.load(files["x_test"]) / np.float32(255), np.load(files["t_test"])
    assert net.accuracy(x_test, t_test) > 0.88
    encode = {key: (base64.b85encode(v.astype(np.float16).tobytes()), v.shape) for key, v in net.params.items()}
    return MEMORISED.format(weights=encode)


CHEATS = {
    "accuracy and loss overridden": lambda: OVERRIDDEN,
    "memorised weights": learnt_weights,
    "memorised labels": lambda: LABELS.format(labels=np.load(mnist_files()["t_test"])[:1000].tolist()),
}


@pytest.mark.parametrize("cheat", CHEATS)
@pytest.mark.parametrize("hidden", [True, False], ids=["all checks", "public checks alone"])
def test_nothing_but_training_earns_the_accuracy(tmp_path, cheat, hidden):
    for path in (ROOT / "solutions").glob("*.py"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "two_layer_net.py").open("a") as file:
        file.write(CHEATS[cheat]())
    course = COURSE
    if not hidden:
        shutil.copytree(COURSE.folder, tmp_path / "course" / "deep" / "enough")
        course = load_course(tmp_path / "course" / "deep" / "enough")

    report = grade(read_submission(tmp_path, course.wanted), course, Settings(only=("training.mnist_accuracy",)))

    assert course.solutions is None or hidden
    assert report.final
    assert result_of(report, "mnist_accuracy").score.points == 0
