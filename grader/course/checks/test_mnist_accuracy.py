"""Train the learner's network on MNIST in the box; believe nothing but the parameters that come back."""

import hashlib

import numpy as np
import pytest

from grader.checks import Mapped
from grader.datasets import mnist_files

LEARNING_RATE = 0.1
SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}


def scores_and_on(params, images, on=None):
    """Scores of images of bytes, and which hidden units are on; ``on`` holds them as they are."""
    hidden = images / np.float32(255) @ params["W1"] + params["b1"]
    on = hidden > 0 if on is None else on
    return np.where(on, hidden, 0) @ params["W2"] + params["b2"], on


def loss(params, images, labels, on):
    """Cross entropy of softmax, averaged over the batch."""
    y, _ = scores_and_on(params, images, on)
    return np.mean(np.log(np.exp(y).sum(axis=1)) - y[np.arange(len(labels)), labels])


def accuracy(params, images, labels):
    """The fraction of right answers, 1,000 images at a time to save memory."""
    parts = [slice(i, i + 1000) for i in range(0, len(images), 1000)]
    return np.mean([scores_and_on(params, images[part])[0].argmax(axis=1) == labels[part] for part in parts])


def drawn_for(step):
    """A generator for what a step is asked: it comes from the step itself, so that no step can be made to fit it."""
    told = hashlib.sha256()
    for part in step.values():
        told.update(part.tobytes())
    return np.random.default_rng(int.from_bytes(told.digest(), "big"))


def is_downhill(before, after, images, labels):
    """Whether a step went against the gradient of the loss, judged by the slope along random directions."""
    gradient = {key: (before[key] - after[key]) / LEARNING_RATE for key in before}
    size = np.sqrt(sum(np.sum(part**2) for part in gradient.values()))
    rng = drawn_for(gradient)
    _, on = scores_and_on(before, images)  # held, so that no unit steps across its kink
    for _ in range(2):
        way = {key: rng.normal(size=part.shape) for key, part in before.items()}
        h = 1e-6
        ahead, behind = ({key: before[key] + side * way[key] for key in way} for side in (h, -h))
        slope = (loss(ahead, images, labels, on) - loss(behind, images, labels, on)) / (2 * h)
        if not abs(slope - sum(np.sum(gradient[key] * way[key]) for key in way)) < 1e-3 * size:
            return False
    return True


@pytest.mark.slow
@pytest.mark.exercise("training.mnist_accuracy", points=7)
def test_accuracy(student, rng, settings, curve):
    """Trained by your gradient, it knows 88 % of the test images."""
    iterations, bar = (10_000, 0.96) if settings.full_training else (600, 0.88)
    watched = [0, 1, 2, *np.sort(rng.choice(iterations - 4, 2, replace=False) + 3).tolist(), iterations - 1]
    batches = rng.integers(60_000, size=(iterations, 100), dtype=np.int32)
    start = {key: rng.normal(scale=0.01 if "W" in key else 0, size=shape) for key, shape in SHAPES.items()}
    files = mnist_files()
    images, labels = Mapped(files["x_train"]), Mapped(files["t_train"])

    came = student.run("drivers/training.py", "train_mnist", images, labels, start, batches, LEARNING_RATE, watched)

    curve("loss", came["losses"])
    data = {name: np.load(path, mmap_mode="r") for name, path in files.items()}
    assert_joined(start, came["steps"], came["params"])
    for step, (before, after) in came["steps"].items():
        x, t = data["x_train"][batches[step]], data["t_train"][batches[step]]
        assert is_downhill(before, after, x, t), f"step {step + 1} did not go against the gradient of the loss"
    reached = accuracy(came["params"], data["x_test"], data["t_test"])
    curve("test accuracy", [reached])
    assert reached >= bar, f"{reached:.1%} of the test images are known; {bar:.0%} are asked for"


def assert_joined(start, steps, final):
    """Demand that each of the first steps begins where the one before it ended, and the last one ends at the end."""
    ends = [start, steps[0][1], steps[1][1], final]
    begins = [steps[0][0], steps[1][0], steps[2][0], steps[max(steps)][1]]
    for one, other in zip(ends, begins, strict=True):
        same = all(np.allclose(one[key], other[key], rtol=1e-5, atol=1e-7) for key in SHAPES)
        assert same, "gradient or loss changed the parameters between two steps"
