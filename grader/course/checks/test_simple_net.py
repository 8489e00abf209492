import numpy as np
import pytest

from grader.checks import assert_close, central_difference

DRIVER = "drivers/simple_net.py"
BOOK_W = np.array([[-0.48115741, 0.54270006, -0.80327648], [-0.41143265, -0.67968633, -0.94115196]])


def network(student, W):
    """The learner's network with these weights, which can be asked for its gradient."""
    make = student.SimpleNet
    arguments = student.run(DRIVER, "arguments", W)
    net = make(*arguments)
    misfit = student.run(DRIVER, "prepare", net, W, len(arguments) == 1)
    assert not misfit, misfit
    return net


def cross_entropy(W, x, labels):
    """What the loss has to be, by the formulas of sections 3.5 and 4.2."""
    exps = np.exp(x @ W)
    y = exps / exps.sum(axis=1, keepdims=True)
    return -np.mean(np.log(y[np.arange(len(x)), labels]))


def draw(rng):
    """Weights, a batch and its labels, not all the same."""
    samples = rng.integers(4, 7)
    labels = rng.permutation(np.append(rng.integers(3, size=samples - 2), rng.permutation(3)[:2]))
    return rng.uniform(-1, 1, size=(2, 3)), rng.uniform(-1, 1, size=(samples, 2)), labels


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_book_values(student):
    """With the book's W, the loss is 1.756 and the gradient the book's."""
    x, t = np.array([0.6, 0.9]), np.array([0, 0, 1])
    net = network(student, BOOK_W)

    assert_close(net.loss(x, t), 1.756429, atol=1e-5)
    gradient = [[0.20245512, 0.29394845, -0.49640358], [0.30368269, 0.44092268, -0.74460537]]
    assert_close(net.gradient(x, t), gradient, atol=1e-6)


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_loss_of_a_batch(student, rng):
    """The loss of a batch is the mean of -log of the right probabilities."""
    W, x, labels = draw(rng)

    loss = network(student, W).loss(x, np.eye(3)[labels])

    assert_close(loss, cross_entropy(W, x, labels), atol=1e-4)


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_gradient_of_a_batch(student, rng):
    """gradient has the slope of the loss for every entry of W."""
    W, x, labels = draw(rng)

    gradient = network(student, W).gradient(x, np.eye(3)[labels])

    assert_close(gradient, central_difference(lambda W: cross_entropy(W, x, labels), W), rtol=1e-4, atol=1e-5)
