"""What is asked of a network trained on MNIST, in plain asserts: 600 steps by its own gradient, and 88 %."""

import numpy as np

from grader.datasets import load_mnist

LEARNING_RATE, STEPS = 0.1, 600
PARAM_SHAPES = {"W1": (784, 50), "b1": (50,), "W2": (50, 10), "b2": (10,)}


def as_float(images):
    return images.astype(np.float32) / np.float32(255)


def copy_of(params):
    return {key: np.array(value, dtype=np.float64) for key, value in params.items()}


def scores_and_on(params, x, on=None):
    hidden = x @ params["W1"] + params["b1"]
    on = hidden > 0 if on is None else on
    return np.where(on, hidden, 0) @ params["W2"] + params["b2"], on


def loss_with(params, x, t, on):
    y, _ = scores_and_on(params, x, on)
    return np.mean(np.log(np.exp(y).sum(axis=1)) - y[np.arange(len(t)), t])


def is_downhill(before, after, x, t, rng):
    gradient = {key: (before[key] - after[key]) / LEARNING_RATE for key in before}
    size = np.sqrt(sum(np.sum(part**2) for part in gradient.values()))
    _, on = scores_and_on(before, x)
    for _ in range(2):
        way = {key: rng.normal(size=part.shape) for key, part in before.items()}
        ahead, behind = ({key: before[key] + h * way[key] for key in way} for h in (1e-6, -1e-6))
        slope = (loss_with(ahead, x, t, on) - loss_with(behind, x, t, on)) / 2e-6
        if not abs(slope - sum(np.sum(gradient[key] * way[key]) for key in way)) < 1e-3 * size:
            return False
    return True


def is_same(one, other):
    return all(np.allclose(one[key], other[key], rtol=1e-5, atol=1e-7) for key in PARAM_SHAPES)


def accuracy_of(params, images, labels):
    parts = [slice(i, i + 1000) for i in range(0, len(images), 1000)]
    return np.mean([scores_and_on(params, as_float(images[p]))[0].argmax(axis=1) == labels[p] for p in parts])


def test_accuracy(TwoLayerNet):  # noqa: N803 - what the notebook calls it
    (x_train, t_train), (x_test, t_test) = load_mnist(normalize=False)
    rng = np.random.default_rng(0)
    batches = rng.integers(60_000, size=(STEPS, 100), dtype=np.int32)
    start = {key: rng.normal(scale=0.01 if "W" in key else 0, size=shape) for key, shape in PARAM_SHAPES.items()}
    net = TwoLayerNet(784, 50, 10)
    for key, value in start.items():
        net.params[key][...] = value
    watched, losses = {}, []
    for step, rows in enumerate(batches):
        x, t = as_float(x_train[rows]), t_train[rows]
        gradient = net.gradient(x, t)
        losses.append(float(net.loss(x, t)))
        before = copy_of(net.params) if step in (0, 1, 2, STEPS // 4, STEPS // 2, STEPS - 1) else None
        for key in net.params:
            net.params[key] -= LEARNING_RATE * gradient[key]
        if before is not None:
            watched[step] = (before, copy_of(net.params))
    assert is_same(start, watched[0][0])
    assert is_same(watched[0][1], watched[1][0])
    assert is_same(watched[1][1], watched[2][0])
    assert is_same(net.params, watched[STEPS - 1][1])
    for step, (before, after) in watched.items():
        assert is_downhill(before, after, as_float(x_train[batches[step]]), t_train[batches[step]], rng)
    assert accuracy_of(net.params, x_test, t_test) >= 0.88
