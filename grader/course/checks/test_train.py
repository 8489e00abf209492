from dataclasses import dataclass

import numpy as np
import pytest

from grader.checks import Visitor, assert_close

IMAGES, BATCH, ITERATIONS = 40, 5, 16
PER_EPOCH = IMAGES // BATCH
SHAPES = {"W1": (2, 3), "b1": (3,), "W2": (3, 2), "b2": (2,)}  # the book's loop names these four
TRAINING, TEST = (
    (np.outer(images, [1.0, 0.1]), labels)
    for images, labels in zip((np.arange(IMAGES), np.arange(1000, 1008)), np.split(np.eye(48), [IMAGES]), strict=True)
)
RECORDS = {
    "loss": "train_loss_list",
    "train_accuracy": "train_acc_list",
    "test_accuracy": "test_acc_list",
}  # the book's


@dataclass(eq=False)
class Question:
    """What a network was asked: of which images, where its parameters stood, and what it answered."""

    x: np.ndarray
    t: np.ndarray
    params: dict[str, np.ndarray]
    answer: object
    steps: int  # how many gradients had been asked for, this one among them


class ToyNet(Visitor):
    """A network whose gradients, losses and accuracies are drawn: whoever has them has asked for them."""

    def __init__(self, rng):
        self.params = {key: rng.uniform(1, 2, size=shape) for key, shape in SHAPES.items()}
        self._start = {key: value.copy() for key, value in self.params.items()}
        self._rng = rng
        self._asked = {name: [] for name in ("gradient", *RECORDS)}

    def gradient(self, x, t):
        """Answer with a slope for each parameter, and note it."""
        gradient = {key: self._rng.normal(size=shape) for key, shape in SHAPES.items()}
        self._note("gradient", x, t, gradient)
        return {key: value.copy() for key, value in gradient.items()}

    def loss(self, x, t):
        """Answer with a number, and note it."""
        return self._note("loss", x, t, self._rng.uniform(0.5, 2))

    def accuracy(self, x, t):
        """Answer with a fraction, and note which images it is of."""
        return self._note("test_accuracy" if np.max(x) >= 1000 else "train_accuracy", x, t, self._rng.uniform())

    def _note(self, name, x, t, answer):
        steps = len(self._asked["gradient"]) + (name == "gradient")
        self._asked[name].append(Question(np.array(x), np.array(t), values_of(self.params), answer, steps))
        return answer


def values_of(params):
    """Copy the parameters as they are now; they may have come back changed."""
    assert isinstance(params, dict), "network.params is a dict no more"
    for key, shape in SHAPES.items():
        assert np.shape(params.get(key)) == shape, f'params["{key}"] has shape {np.shape(params.get(key))}, not {shape}'
    return {key: np.array(params[key], dtype=float) for key in SHAPES}


def train(student, rng, iterations=ITERATIONS, learning_rate=0.1, data=(*TRAINING, *TEST)):
    """Train a toy network: image n is [n, n / 10], its label of class n; test images start at 1000."""
    net = ToyNet(rng)
    options = {"iterations": iterations, "batch_size": BATCH, "learning_rate": learning_rate, "seed": 1}
    history = student.train(net, *data, **options)
    asked = net._asked
    count = f"in {iterations} iterations, gradient was called {len(asked['gradient'])} times; once each is asked for"
    assert len(asked["gradient"]) == iterations, count
    return net, history, asked


def is_of(question, x, t):
    """Whether a question was about these images, with these labels."""
    return np.array_equal(question.x, x) and np.array_equal(question.t, t)


def path_of(net, asked):
    """Where the parameters stood at each gradient, and at the end; they begin where the check put them."""
    path = [*(question.params for question in asked["gradient"]), values_of(net.params)]
    for key, value in net._start.items():
        assert_close(path[0][key], value, part=f'the first params["{key}"]')
    return path


def assert_steps_follow(net, asked):
    """Demand that each step goes along its gradient, forth or back, however far."""
    path = path_of(net, asked)
    for question, before, after in zip(asked["gradient"], path[:-1], path[1:], strict=True):
        step = np.concatenate([(after[key] - before[key]).ravel() for key in SHAPES])
        slope = np.concatenate([question.answer[key].ravel() for key in SHAPES])
        along = abs(step @ slope) > 0.99 * np.linalg.norm(step) * np.linalg.norm(slope) > 0
        assert along, "the parameters do not move along the gradient from one iteration to the next"


def recorded(history, name):
    """One of the three records, as numbers; three lists in a row, or by name, are right as well."""
    if isinstance(history, tuple | list):
        assert len(history) == 3, f"{len(history)} values came back; a History holds three records"
        history = dict(zip(RECORDS, history, strict=True))
    if isinstance(history, dict):
        values = history.get(name, history.get(RECORDS[name]))
        assert values is not None, f"what train returned has no {name}"
    else:
        values = getattr(history, name)
    return [float(value) for value in values]


def questions_behind(name, values, questions):
    """The question that each recorded value answers, no two of them the same."""
    found = []
    for value in values:
        left = [question for question in questions if question not in found and np.isclose(question.answer, value)]
        assert left, f"{name} holds {value:.3g}, which the network did not say just then of these images"
        found.append(left[0])
    return found


@pytest.mark.exercise("training.train", points=1)
def test_steps(student, rng):
    """Each iteration moves every parameter by -learning_rate * gradient."""
    for learning_rate in rng.uniform(0.1, 0.3, size=2):
        net, _, asked = train(student, rng, 8, float(learning_rate))
        expected = net._start
        for question, reached in zip(asked["gradient"], path_of(net, asked)[1:], strict=True):
            expected = {key: expected[key] - learning_rate * question.answer[key] for key in SHAPES}
            for key in SHAPES:
                assert_close(reached[key], expected[key], part=f'params["{key}"]')


@pytest.mark.exercise("training.train", points=1)
def test_batches(student, rng):
    """Batches are drawn anew, and hold training images with their own labels, here integers."""
    integers = [part.argmax(axis=1) if part.shape[1] == 48 else part for part in (*TRAINING, *TEST)]

    net, _, asked = train(student, rng, data=integers)

    for x, t in ((question.x, question.t) for question in asked["gradient"]):
        assert x.shape == (BATCH, 2), f"a batch has shape {x.shape}; batch_size {BATCH} makes it ({BATCH}, 2)"
        assert t.shape == (BATCH,), f"a batch has labels of shape {t.shape}, not ({BATCH},)"
        assert max(t.max(), x.max()) < IMAGES, "the network was trained on test images"
        assert np.array_equal(x[:, 0], t), "images and labels of a batch do not belong together"
    rows = np.array([question.t for question in asked["gradient"]])
    seen = f"{len(np.unique(rows))} of {IMAGES} images came up in {ITERATIONS} batches"
    assert len(np.unique(rows)) >= IMAGES // 2, f"{seen}; draw another batch each time"
    assert np.ptp(np.diff(rows), axis=1).any(), "the images of every batch are neighbours; draw them at random"
    assert_steps_follow(net, asked)


@pytest.mark.exercise("training.train", points=1)
def test_record(student, rng):
    """The loss on each batch is recorded, and once an epoch the accuracy on all images."""
    net, history, asked = train(student, rng)

    losses = recorded(history, "loss")
    assert len(losses) == ITERATIONS, f"{len(losses)} losses recorded in {ITERATIONS} iterations"
    count = f"loss was called {len(asked['loss'])} times in {ITERATIONS} iterations; once each is enough"
    assert len(asked["loss"]) <= 3 * ITERATIONS, count
    for i, (value, batch) in enumerate(zip(losses, asked["gradient"], strict=True)):
        then = [other for other in asked["loss"] if is_of(other, batch.x, batch.t) and other.steps in (i, i + 1)]
        questions_behind("loss", [value], then)
    epochs = ITERATIONS // PER_EPOCH
    for name, (x, t) in ("train_accuracy", TRAINING), ("test_accuracy", TEST):
        values = recorded(history, name)
        entries = f"{len(values)} entries of {name} after {epochs} epochs; one each is asked for"
        assert epochs <= len(values) <= epochs + 1, entries
        of_all = [question for question in asked[name] if is_of(question, x, t)]
        times = [question.steps for question in questions_behind(name, values, of_all)]
        spread = min(np.diff(times)) >= PER_EPOCH // 2
        assert spread, f"{name} was asked for after {times} steps; once an epoch is right"
    assert_steps_follow(net, asked)
