"""Train the learner's network on MNIST in the box; believe nothing but the parameters that come back.

They come back now and then, and bind whoever trained: only afterwards some stretches are chosen, trained once more
from where they began, and looked at step by step. They have to end where they ended before.
"""

import hashlib

import numpy as np
import pytest

from grader.checks import Mapped
from grader.datasets import mnist_files

LEARNING_RATE = 0.1
SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}
STRETCHES = 4  # looked at again


def relu(a):
    """The hidden layer of chapter 5."""
    return np.maximum(a, 0)


def sigmoid(a):
    """The hidden layer of chapter 4."""
    return 1 / (1 + np.exp(-a))


def scores(params, x, hidden):
    """Scores of the classes for each image."""
    return hidden(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]


def loss(params, x, labels, hidden):
    """Cross entropy of softmax, averaged over the batch."""
    y = scores(params, x, hidden)
    y -= y.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(y).sum(axis=1)) - y[np.arange(len(labels)), labels])


def accuracy(params, images, labels, hidden):
    """The fraction of right answers, 1,000 images at a time to save memory."""
    parts = [slice(i, i + 1000) for i in range(0, len(images), 1000)]
    right = [scores(params, pixels(images[part]), hidden).argmax(axis=1) == labels[part] for part in parts]
    return np.mean(right)


def pixels(images):
    """Images of bytes as numbers from 0 to 1."""
    return images / np.float32(255)


def params_of(row):
    """Split what came back into parameters."""
    ends = np.cumsum([np.prod(shape) for shape in SHAPES.values()])[:-1]
    parts = np.split(row.astype(np.float64), ends)
    return {key: part.reshape(shape) for (key, shape), part in zip(SHAPES.items(), parts, strict=True)}


def network(student, params):
    """The learner's network with these parameters."""
    net = student.run("drivers/two_layer_net.py", "made", 784, 50, 10)
    misfit = student.run("drivers/two_layer_net.py", "set_params", net, params)
    assert not misfit, misfit
    return net


def drawn_for(evidence, rng):
    """A generator for what is asked about evidence: it comes from there, so that nothing can be made to fit it."""
    told = hashlib.sha256(np.ascontiguousarray(evidence))
    told.update(rng.bytes(16))
    return np.random.default_rng(int.from_bytes(told.digest(), "big"))


def is_downhill(before, after, x, labels, hidden, rng):
    """Whether a step went against the gradient of the loss, judged by the slope along a random direction."""
    before, gradient = params_of(before), params_of((before.astype(np.float64) - after) / LEARNING_RATE)
    if hidden is relu:  # which units are on is held, so that none steps across its kink
        on = x @ before["W1"] + before["b1"] > 0
        hidden = lambda a: np.where(on, a, 0)  # noqa: E731
    way = {key: rng.normal(size=shape) for key, shape in SHAPES.items()}
    ahead, behind = ({key: before[key] + h * way[key] for key in way} for h in (1e-6, -1e-6))
    slope = (loss(ahead, x, labels, hidden) - loss(behind, x, labels, hidden)) / 2e-6
    size = np.sqrt(sum(np.sum(part**2) for part in gradient.values()))
    return abs(slope - sum(np.sum(gradient[key] * way[key]) for key in way)) < 1e-3 * size


@pytest.mark.slow
@pytest.mark.exercise("training.mnist_accuracy", points=7)
def test_accuracy(student, rng, settings, curve):
    """Trained by your gradient, it knows 88 % of the test images; 75 % with a sigmoid."""
    full = settings.full_training
    iterations, every = (10_000, 25) if full else (600, 5)
    bars = {relu: 0.96, sigmoid: 0.93} if full else {relu: 0.88, sigmoid: 0.75}  # a sigmoid learns more slowly
    batches = rng.integers(60_000, size=(iterations, 100), dtype=np.int32)
    start = {key: rng.normal(scale=0.01 if "W" in key else 0, size=shape) for key, shape in SHAPES.items()}
    files = mnist_files()
    data = {name: np.load(path, mmap_mode="r") for name, path in files.items()}
    images, labels = Mapped(files["x_train"]), Mapped(files["t_train"])

    def trained(start, batches, every):
        net, options = network(student, start), (batches, LEARNING_RATE, every)
        way = student.run("drivers/training.py", "train_mnist", net, images, labels, list(SHAPES), *options)
        assert np.shape(way) == (len(batches) // every + 1, 39_760), "the parameters have changed their shapes"
        assert np.isfinite(way).all(), "the parameters are not finite: a step went much too far"
        return way

    way = trained(start, batches, every)

    hidden = None
    chosen = drawn_for(way, rng).choice(iterations // every, STRETCHES, replace=False).tolist()
    for stretch in chosen:
        rows = batches[stretch * every :][:every]
        begin, end = way[stretch], way[stretch + 1]
        again = trained(params_of(begin) if stretch else start, rows, 1)
        x = [pixels(data["x_train"][batch]) for batch in rows]
        t = [data["t_train"][batch] for batch in rows]
        hidden = hidden or hidden_layer(again, x, t, rng)
        for i in range(every):
            told = f"step {stretch * every + i + 1} did not go against the gradient of the loss"
            assert is_downhill(again[i], again[i + 1], x[i], t[i], hidden, drawn_for(again[i : i + 2], rng)), told
        told = f"steps {stretch * every + 1} to {stretch * every + every} lead elsewhere when they are taken again"
        assert np.linalg.norm(again[-1] - end) <= 0.01 * np.linalg.norm(end - begin), told
    curve("loss", losses(way, batches[every - 1 :: every], data, hidden))
    reached = accuracy(params_of(way[-1]), data["x_test"], data["t_test"], hidden)
    curve("test accuracy", [reached])
    assert reached >= bars[hidden], f"{reached:.1%} of the test images are known; {bars[hidden]:.0%} are asked for"


def hidden_layer(way, x, labels, rng):
    """Which hidden layer the learner wrote, by steps that were watched: no predict can say otherwise."""
    steps = [slice(i, i + 2) for i in range(len(x))]
    fits = (
        is_downhill(*way[step], images, t, sigmoid, drawn_for(way[step], rng))
        for step, images, t in zip(steps, x, labels, strict=True)
    )
    return sigmoid if all(fits) else relu


def losses(way, batches, data, hidden):
    """The loss on the last batch of each stretch, where it ended."""
    return [
        float(loss(params_of(row), pixels(data["x_train"][rows]), data["t_train"][rows], hidden))
        for row, rows in zip(way[1:], batches, strict=True)
    ]
