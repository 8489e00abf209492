import numpy as np
import pytest

from grader.checks import Mismatch, StudentRaised, assert_gradients_close, assert_unchanged, central_difference

DRIVER = "drivers/two_layer_net.py"
D, H, K = 3, 4, 2  # inputs, hidden units, classes


def draw(rng, samples):
    """Parameters and inputs without a hidden unit near ReLU's kink, where differences and slopes part."""
    while True:
        params = {
            "W1": rng.normal(size=(D, H)),
            "b1": rng.normal(scale=0.5, size=H),
            "W2": rng.normal(scale=0.5, size=(H, K)),
            "b2": rng.normal(scale=0.5, size=K),
        }
        x = rng.normal(size=(samples, D))
        hidden = x @ params["W1"] + params["b1"]
        scores = np.maximum(hidden, 0) @ params["W2"] + params["b2"]
        mixed = 0.2 < (hidden > 0).mean() < 0.8
        if mixed and np.abs(hidden).min() > 0.05 and np.ptp(scores, axis=1).max() < 3:
            return params, x


def network(student, params):
    """The learner's network with these parameters."""
    net = student.TwoLayerNet(len(params["W1"]), len(params["W2"]), len(params["b2"]))
    student.run(DRIVER, "set_params", net, params)
    return net


def relu(x):
    """The hidden layer of chapter 5."""
    return np.maximum(x, 0)


def sigmoid(x):
    """The hidden layer of chapter 4."""
    return 1 / (1 + np.exp(-x))


def cross_entropy(params, x, labels, hidden):
    """What the network's loss has to be, by the formulas of sections 3.5 and 4.2: the learner's own is not asked."""
    exps = np.exp(hidden(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"])
    y = exps / exps.sum(axis=1, keepdims=True)
    return -np.mean(np.log(y[np.arange(len(x)), labels]))


def slopes_of(params, x, labels, hidden=relu):
    """The slopes of that loss by every parameter."""
    return {
        key: central_difference(lambda param, key=key: cross_entropy({**params, key: param}, x, labels, hidden), param)
        for key, param in params.items()
    }


def is_sigmoid(student, params, x, labels):
    """Whether the learner wrote the network of chapter 4, by what it says of its loss."""
    try:
        loss = network(student, params).loss(x, labels)
    except StudentRaised:
        return False
    return isinstance(loss, float | np.floating) and abs(loss - cross_entropy(params, x, labels, sigmoid)) < 1e-4


def check_slopes(student, params, x, t, keys):
    """Compare ``gradient`` with the slopes of the book's network of the same parameters."""
    labels = t.argmax(axis=1) if t.ndim == 2 else t
    gradient = network(student, params).gradient(x, t)
    try:
        assert_gradients_close(gradient, slopes_of(params, x, labels), keys=keys, rtol=1e-4, atol=1e-5)
    except Mismatch:
        if not is_sigmoid(student, params, x, labels):
            raise
        assert_gradients_close(gradient, slopes_of(params, x, labels, sigmoid), keys=keys, rtol=1e-4, atol=1e-5)


def draw_wide(rng):
    """Parameters, inputs and labels of a network so wide that differences for each weight would take for ever."""
    inputs, hidden, classes = 2000, 40, 2
    params = {
        "W1": rng.normal(scale=0.02, size=(inputs, hidden)),
        "b1": rng.normal(scale=0.5, size=hidden),
        "W2": rng.normal(scale=0.5, size=(hidden, classes)),
        "b2": rng.normal(scale=0.5, size=classes),
    }
    return params, rng.normal(size=(4, inputs)), rng.permutation([0, 1, 1, 0])


def slopes_of_scores(params, z, labels):
    """The slopes of the loss by W2, from what the hidden layer puts out."""
    rest = {**params, "W1": np.eye(z.shape[1]), "b1": 0}
    return central_difference(lambda W2: cross_entropy({**rest, "W2": W2}, z, labels, np.asarray), params["W2"])


def points_uphill(gradient, params, x, labels):
    """Whether the gradient of W2 points the way of the slopes, however long it is."""
    part = gradient["W2"]
    assert np.shape(part) == params["W2"].shape, f"the gradient of W2 has shape {np.shape(part)}"
    ways = (slopes_of_scores(params, hidden(x @ params["W1"] + params["b1"]), labels) for hidden in (relu, sigmoid))
    return any(np.sum(part * way) > 0.5 * np.sqrt(np.sum(part**2) * np.sum(way**2)) > 0 for way in ways)


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_keys_and_shapes(student, rng):
    """W1, b1, W2, b2 each get a gradient of their own shape, and that of W2 points uphill."""
    params, x, labels = draw_wide(rng)

    gradient = network(student, params).gradient(x, np.eye(2)[labels])

    assert isinstance(gradient, dict), "gradient has to return a dict, like params"
    for key, param in params.items():
        assert key in gradient, f"there is no gradient for {key}"
        shape = np.shape(gradient[key])
        assert shape == param.shape, f"the gradient of {key} has shape {shape}, and {key} itself {param.shape}"
    assert points_uphill(gradient, params, x, labels), "the gradient of W2 does not point uphill on the loss"


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_parameters_stay(student, rng):
    """gradient computes only: parameters, images and labels stay."""
    params, x, labels = draw_wide(rng)
    net, t = network(student, params), np.eye(2)[labels]

    gradient = net.gradient(x, t)

    assert_gradients_close(net.params, params)
    assert_unchanged(student.after(x), x, "x")
    assert_unchanged(student.after(t), t, "t")
    assert isinstance(gradient, dict) and "W2" in gradient, "gradient has to return a dict, like params"
    assert points_uphill(gradient, params, x, labels), "the gradient of W2 does not point uphill on the loss"


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=3)
def test_second_layer(student, rng):
    """W2 and b2: gradient has the slopes of the network's loss."""
    params, x = draw(rng, 5)

    check_slopes(student, params, x, np.eye(K)[[0, 1, 1, 0, 1]], ["W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=3)
def test_first_layer(student, rng):
    """W1 and b1: gradient has the slopes of the network's loss."""
    params, x = draw(rng, 5)

    check_slopes(student, params, x, np.eye(K)[[0, 1, 1, 0, 1]], ["W1", "b1"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=1)
def test_integer_labels(student, rng):
    """Integer labels of shape (N,) work like one-hot labels."""
    params, x = draw(rng, 5)

    check_slopes(student, params, x, np.array([0, 1, 1, 0, 1]), ["W1", "b1", "W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=1)
def test_batch_of_one(student, rng):
    """A batch of one sample works."""
    params, x = draw(rng, 1)

    check_slopes(student, params, x, np.eye(K)[[1]], ["W1", "b1", "W2", "b2"])
