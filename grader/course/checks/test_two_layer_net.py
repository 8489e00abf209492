import numpy as np
import pytest

from grader.checks import Mismatch, StudentRaised, assert_gradients_close, assert_unchanged, central_difference

DRIVER = "drivers/two_layer_net.py"
SMALL = 3, 4, 3  # inputs, hidden units, classes: few enough for differences by every parameter
WIDE = 2000, 40, 3  # so many that differences by every weight would take for ever


def draw(rng, samples, sizes=SMALL):
    """Parameters, inputs and labels, without a hidden unit near ReLU's kink, where differences and slopes part."""
    inputs, hidden, classes = sizes
    while True:
        params = {
            "W1": rng.normal(scale=0.9 / np.sqrt(inputs / 3), size=(inputs, hidden)),
            "b1": rng.normal(scale=0.5, size=hidden),
            "W2": rng.normal(scale=1 / np.sqrt(hidden), size=(hidden, classes)),
            "b2": rng.normal(scale=0.5, size=classes),
        }
        x, labels = rng.normal(size=(samples, inputs)), rng.integers(classes, size=samples)
        a = x @ params["W1"] + params["b1"]
        scores = np.maximum(a, 0) @ params["W2"] + params["b2"]
        mixed = 0.2 < (a > 0).mean() < 0.8 and len(np.unique(labels)) == min(samples, classes)
        if mixed and np.abs(a).min() > 0.2 / a.size and np.ptp(scores, axis=1).max() < 5:
            return params, x, labels


def network(student, params):
    """The learner's network with these parameters."""
    make = student.TwoLayerNet
    args, named = student.run(DRIVER, "arguments", len(params["W1"]), len(params["W2"]), len(params["b2"]))
    net = make(*args, **named)
    misfit = student.run(DRIVER, "set_params", net, params)
    assert not misfit, misfit
    return net


def relu(x):
    """The hidden layer of chapter 5."""
    return np.maximum(x, 0)


def sigmoid(x):
    """The hidden layer of chapter 4."""
    return 1 / (1 + np.exp(-x))


def scores_of(params, x, hidden):
    """The scores of each sample, before softmax."""
    return hidden(x @ params["W1"] + params["b1"]) @ params["W2"] + params["b2"]


def softmax(scores):
    """Scores as probabilities, row by row."""
    exps = np.exp(scores)
    return exps / exps.sum(axis=1, keepdims=True)


def cross_entropy(params, x, labels, hidden):
    """What the network's loss has to be, by the formulas of sections 3.5 and 4.2: the learner's own is not asked."""
    return -np.mean(np.log(softmax(scores_of(params, x, hidden))[np.arange(len(x)), labels]))


def slopes_of(params, x, labels, hidden):
    """The slopes of that loss by every parameter."""
    return {
        key: central_difference(lambda param, key=key: cross_entropy({**params, key: param}, x, labels, hidden), param)
        for key, param in params.items()
    }


def hidden_layers(net, params, x):
    """The hidden layers that the learner may have written: the one that predict shows, by probabilities or by scores.

    A predict that is wrong, or gone, leaves open which it is.
    """
    try:
        said = net.predict(x)
    except StudentRaised:
        return [relu, sigmoid]
    shown = []
    for hidden in relu, sigmoid:
        scores = scores_of(params, x, hidden)
        same_shape = isinstance(said, np.ndarray) and said.shape == scores.shape
        if same_shape and any(np.allclose(said, y, rtol=1e-3, atol=1e-4) for y in (scores, softmax(scores))):
            shown.append(hidden)
    return shown or [relu, sigmoid]


def check_slopes(student, params, x, t, keys):
    """Compare ``gradient`` with the slopes of the book's network of the same parameters, one by one."""
    labels, net = t.argmax(axis=1) if t.ndim == 2 else t, network(student, params)
    layers = hidden_layers(net, params, x)
    gradient, failures = net.gradient(x, t), []
    for hidden in layers:
        try:
            assert_gradients_close(gradient, slopes_of(params, x, labels, hidden), keys=keys, rtol=1e-4, atol=1e-5)
        except Mismatch as error:
            failures.append(error)
        else:
            return
    raise failures[0]


def slopes_along(params, x, labels, hidden, key, ways):
    """The slopes of the book's loss where one parameter goes some ways; what the first layer does is computed once."""
    a = x @ params["W1"] + params["b1"]
    rest = {**params, "W1": np.eye(a.shape[1]), "b1": 0.0}
    if key == "W1":
        ways = np.split(x @ np.concatenate(ways, axis=1), len(ways), axis=1)

    def loss(step, way):
        if key in ("W1", "b1"):
            return cross_entropy(rest, a + step * way, labels, hidden)
        return cross_entropy({**rest, key: params[key] + step * way}, a, labels, hidden)

    return [(loss(1e-6, way) - loss(-1e-6, way)) / 2e-6 for way in ways]


def check_wide(student, rng, params, x, t, keys):
    """Compare ``gradient`` with the slopes of the book's network along random ways, in a network with many weights."""
    labels, net = t.argmax(axis=1) if t.ndim == 2 else t, network(student, params)
    layers = hidden_layers(net, params, x)
    gradient = net.gradient(x, t)
    assert_shapes(gradient, params, keys)
    ways = {key: list(rng.normal(size=(3, *params[key].shape)) / np.sqrt(len(params[key]))) for key in keys}

    def wrong(hidden):
        for key in keys:
            size = np.linalg.norm(gradient[key]) / np.sqrt(len(params[key]))
            slopes = slopes_along(params, x, labels, hidden, key, ways[key])
            off = [abs(slope - np.sum(gradient[key] * way)) for slope, way in zip(slopes, ways[key], strict=True)]
            if not max(off) <= 1e-3 * size:
                return key
        return None

    found = [wrong(hidden) for hidden in layers]
    told = f"in a network of {params['W1'].shape} weights W1, the gradient of {found[0]} is not the loss's"
    assert None in found, told


def assert_shapes(gradient, params, keys):
    """Demand a gradient for some parameters, of their shapes."""
    assert isinstance(gradient, dict), "gradient has to return a dict, like params"
    for key in keys:
        assert key in gradient, f"there is no gradient for {key}"
        got, asked = np.shape(gradient[key]), params[key].shape
        assert got == asked, f"the gradient of {key} has shape {got}, not {asked}"


def assert_uphill(rng, gradient, params, x, labels):
    """Demand that the gradients of both weights point the way of the loss's slopes, however long they are."""
    assert_shapes(gradient, params, ["W1", "W2"])
    for key in "W1", "W2":
        ways = list(rng.normal(size=(16, *params[key].shape)) / np.sqrt(len(params[key])))
        said = [np.sum(gradient[key] * way) for way in ways]
        slopes = (slopes_along(params, x, labels, hidden, key, ways) for hidden in (relu, sigmoid))
        uphill = any(np.dot(said, right) > 0.5 * np.linalg.norm(said) * np.linalg.norm(right) > 0 for right in slopes)
        assert uphill, f"the gradient of {key} does not point uphill on the loss"


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_keys_and_shapes(student, rng):
    """W1, b1, W2, b2 each get a gradient of their own shape; those of the weights point uphill."""
    params, x, labels = draw(rng, 12, WIDE)

    gradient = network(student, params).gradient(x, np.eye(3)[labels])

    assert_shapes(gradient, params, params)
    assert_uphill(rng, gradient, params, x, labels)


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_parameters_stay(student, rng):
    """gradient computes only: parameters, images and labels stay."""
    params, x, labels = draw(rng, 12, WIDE)
    net, t = network(student, params), np.eye(3)[labels]

    gradient = net.gradient(x, t)

    assert_gradients_close(net.params, params)
    assert_unchanged(student.after(x), x, "x")
    assert_unchanged(student.after(t), t, "t")
    assert_uphill(rng, gradient, params, x, labels)


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=3)
def test_second_layer(student, rng):
    """W2 and b2: gradient has the slopes of the network's loss."""
    for _ in range(2):
        params, x, labels = draw(rng, 5)
        check_slopes(student, params, x, np.eye(3)[labels], ["W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=3)
def test_first_layer(student, rng):
    """W1 and b1: gradient has the slopes of the network's loss."""
    params, x, labels = draw(rng, 5)
    check_slopes(student, params, x, np.eye(3)[labels], ["W1", "b1"])

    params, x, labels = draw(rng, 5, WIDE)
    check_wide(student, rng, params, x, np.eye(3)[labels], ["W1", "b1"])


@pytest.mark.aside
@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=1)
def test_integer_labels(student, rng):
    """Integer labels of shape (N,) work as well, also where N = H = K."""
    for samples, sizes in (5, SMALL), (3, (4, 3, 3)):
        params, x, labels = draw(rng, samples, sizes)
        check_slopes(student, params, x, labels.astype(rng.choice([np.int64, np.uint8])), ["W1", "b1", "W2", "b2"])

    params, x, labels = draw(rng, 5, WIDE)
    check_wide(student, rng, params, x, labels, ["W1", "b1", "W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=1)
def test_batch_of_one(student, rng):
    """A batch of one sample works."""
    params, x, _ = draw(rng, 1)
    for label in range(3):
        check_slopes(student, params, x, np.eye(3)[[label]], ["W1", "b1", "W2", "b2"])

    params, x, labels = draw(rng, 1, WIDE)
    check_wide(student, rng, params, x, np.eye(3)[labels], ["W1", "b1", "W2", "b2"])
