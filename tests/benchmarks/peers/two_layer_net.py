"""What is asked of TwoLayerNet.gradient, in plain asserts."""

import numpy as np

D, H, K = 3, 4, 2  # inputs, hidden units, classes
LABELS = np.array([0, 1, 1, 0, 1])


def draw(samples):
    rng = np.random.default_rng(0)
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


def network_with(params, kind):
    net = kind(D, H, K)
    for key, value in params.items():
        net.params[key][...] = value
    return net


def slopes_of_loss(net, x, t, h=1e-4):
    slopes = {}
    for key, param in net.params.items():
        slopes[key] = np.zeros(param.shape)
        for index in np.ndindex(param.shape):
            middle = param[index]
            param[index] = middle + h
            above = net.loss(x, t)
            param[index] = middle - h
            slopes[key][index] = (above - net.loss(x, t)) / (2 * h)
            param[index] = middle
    return slopes


def check_against_own_loss(kind, samples, t, keys):
    params, x = draw(samples)
    net = network_with(params, kind)
    slopes = slopes_of_loss(net, x, t)
    assert np.abs(slopes["W1"]).max() > 1e-6
    gradient = net.gradient(x, t)
    for key in keys:
        assert np.allclose(gradient[key], slopes[key], rtol=1e-4, atol=1e-5)


def test_keys_and_shapes(TwoLayerNet):  # noqa: N803 - what the notebook calls it
    params, x = draw(5)
    gradient = network_with(params, TwoLayerNet).gradient(x, np.eye(K)[LABELS])
    assert isinstance(gradient, dict)
    for key, param in params.items():
        assert np.shape(gradient[key]) == param.shape


def test_second_layer(TwoLayerNet):  # noqa: N803
    check_against_own_loss(TwoLayerNet, 5, np.eye(K)[LABELS], ["W2", "b2"])


def test_first_layer(TwoLayerNet):  # noqa: N803
    check_against_own_loss(TwoLayerNet, 5, np.eye(K)[LABELS], ["W1", "b1"])


def test_integer_labels(TwoLayerNet):  # noqa: N803
    check_against_own_loss(TwoLayerNet, 5, LABELS, ["W1", "b1", "W2", "b2"])


def test_batch_of_one(TwoLayerNet):  # noqa: N803
    check_against_own_loss(TwoLayerNet, 1, np.eye(K)[[1]], ["W1", "b1", "W2", "b2"])


def test_parameters_stay(TwoLayerNet):  # noqa: N803
    params, x = draw(5)
    t = np.eye(K)[LABELS]
    net, x_before, t_before = network_with(params, TwoLayerNet), x.copy(), t.copy()
    gradient = net.gradient(x, t)
    for key, param in params.items():
        assert np.allclose(net.params[key], param)
    assert np.array_equal(x, x_before)
    assert np.array_equal(t, t_before)
    assert any(np.any(part) for part in gradient.values())
