import numpy as np
import pytest

from grader.checks import assert_close

DRIVER = "drivers/simple_net.py"


def network(student, W):
    """The learner's network with these weights, which can be asked for its gradient."""
    make = student.SimpleNet
    arguments = student.run(DRIVER, "arguments", W)
    net = make(*arguments)
    misfit = student.run(DRIVER, "prepare", net, W, len(arguments) == 1)
    assert not misfit, misfit
    return net


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_like_reference(student, reference, rng):
    """Integer labels of a batch mean the same as one-hot labels."""
    labels = rng.integers(3, size=3)
    for x, t in [
        (rng.uniform(-1, 1, size=2), np.eye(3)[labels[0]]),
        (rng.uniform(-1, 1, size=(3, 2)), labels),
        (np.ones((1, 2)), labels[:1]),
    ]:
        W = rng.uniform(-1, 1, size=(2, 3))
        net, right = network(student, W), reference.SimpleNet(W)
        assert_close(net.loss(x, t), right.loss(x, t), rtol=1e-4, atol=1e-5)
        assert_close(net.gradient(x, t), right.gradient(x, t), rtol=1e-4, atol=1e-5)


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_weights_stay(student, reference, rng):
    """gradient leaves W alone, and follows a W replaced."""
    x, t = rng.uniform(-1, 1, size=(4, 2)), np.eye(3)[rng.integers(3, size=4)]
    net, W = network(student, rng.uniform(-1, 1, size=(2, 3))), rng.uniform(-1, 1, size=(2, 3))
    student.run(DRIVER, "replace_weights", net, W)

    gradient = net.gradient(x, t)

    assert_close(gradient, reference.SimpleNet(W).gradient(x, t), rtol=1e-4, atol=1e-5)
    assert_close(student.run(DRIVER, "weights", net), W, atol=1e-9, part="W")
