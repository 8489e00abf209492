"""What is asked of SimpleNet, in plain asserts."""

import numpy as np

BOOK_WEIGHTS = np.array([[-0.48115741, 0.54270006, -0.80327648], [-0.41143265, -0.67968633, -0.94115196]])
BATCH_LABELS = np.array([2, 0, 1, 1])


def cross_entropy(weights, x):
    exps = np.exp(x @ weights)
    y = exps / exps.sum(axis=1, keepdims=True)
    return -np.mean(np.log(y[np.arange(len(x)), BATCH_LABELS]))


def slopes_of(f, x, h=1e-4):
    slopes = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        middle = x[index]
        x[index] = middle + h
        above = f(x)
        x[index] = middle - h
        slopes[index] = (above - f(x)) / (2 * h)
        x[index] = middle
    return slopes


def draw_batch():
    rng = np.random.default_rng(0)
    return rng.uniform(-1, 1, size=(2, 3)), rng.uniform(-1, 1, size=(4, 2))


def test_book_values(SimpleNet):  # noqa: N803 - what the notebook calls it
    x, t = np.array([0.6, 0.9]), np.array([0, 0, 1])
    net = SimpleNet(BOOK_WEIGHTS)
    assert np.allclose(net.loss(x, t), 1.756429, atol=1e-5)
    gradient = [[0.20245512, 0.29394845, -0.49640358], [0.30368269, 0.44092268, -0.74460537]]
    assert np.allclose(net.gradient(x, t), gradient, atol=1e-6)


def test_loss_of_a_batch(SimpleNet):  # noqa: N803
    weights, x = draw_batch()
    loss = SimpleNet(weights).loss(x, np.eye(3)[BATCH_LABELS])
    assert np.allclose(loss, cross_entropy(weights, x), atol=1e-4)


def test_gradient_of_a_batch(SimpleNet):  # noqa: N803
    weights, x = draw_batch()
    gradient = SimpleNet(weights).gradient(x, np.eye(3)[BATCH_LABELS])
    assert np.allclose(gradient, slopes_of(lambda w: cross_entropy(w, x), weights), rtol=1e-4, atol=1e-5)
