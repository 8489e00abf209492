import numpy as np
import pytest

from grader.checks import assert_gradients_close, assert_unchanged

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
    net = student.TwoLayerNet(D, H, K)
    student.run(DRIVER, "set_params", net, params)
    return net


def check_against_own_loss(student, params, x, t, keys):
    """Compare ``gradient`` with the slopes of the same network's ``loss``."""
    net = network(student, params)
    gradient = net.gradient(x, t)
    slopes = student.run(DRIVER, "central_differences", network(student, params), x, t)
    assert np.abs(slopes["W1"]).max() > 1e-6, "loss does not depend on W1; keep predict and loss as they were given"
    assert_gradients_close(gradient, slopes, keys=keys, rtol=1e-4, atol=1e-5)


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_keys_and_shapes(student, rng):
    """W1, b1, W2, b2 each get a gradient of their own shape."""
    params, x = draw(rng, 5)

    gradient = network(student, params).gradient(x, np.eye(K)[[0, 1, 1, 0, 1]])

    assert isinstance(gradient, dict), "gradient has to return a dict, like params"
    for key, param in params.items():
        assert key in gradient, f"there is no gradient for {key}"
        shape = np.shape(gradient[key])
        assert shape == param.shape, f"the gradient of {key} has shape {shape}, and {key} itself {param.shape}"


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=3)
def test_second_layer(student, rng):
    """W2 and b2: gradient has the slopes of the network's own loss."""
    params, x = draw(rng, 5)

    check_against_own_loss(student, params, x, np.eye(K)[[0, 1, 1, 0, 1]], ["W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=3)
def test_first_layer(student, rng):
    """W1 and b1: gradient has the slopes of the network's own loss."""
    params, x = draw(rng, 5)

    check_against_own_loss(student, params, x, np.eye(K)[[0, 1, 1, 0, 1]], ["W1", "b1"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=1)
def test_integer_labels(student, rng):
    """Integer labels of shape (N,) work like one-hot labels."""
    params, x = draw(rng, 5)

    check_against_own_loss(student, params, x, np.array([0, 1, 1, 0, 1]), ["W1", "b1", "W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=1)
def test_batch_of_one(student, rng):
    """A batch of one sample works."""
    params, x = draw(rng, 1)

    check_against_own_loss(student, params, x, np.eye(K)[[1]], ["W1", "b1", "W2", "b2"])


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_parameters_stay(student, rng):
    """gradient computes only: parameters, images and labels stay."""
    params, x = draw(rng, 5)
    t = np.eye(K)[[0, 1, 1, 0, 1]]
    net = network(student, params)

    gradient = net.gradient(x, t)

    assert_gradients_close(net.params, params)
    assert_unchanged(student.after(x), x, "x")
    assert_unchanged(student.after(t), t, "t")
    assert isinstance(gradient, dict), "gradient has to return a dict, like params"
    assert any(np.any(part) for part in gradient.values()), "every gradient is 0"
