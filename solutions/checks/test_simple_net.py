import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_like_reference(student, reference, rng):
    """Loss and gradient are right for every form of labels."""
    labels = rng.integers(3, size=3)
    for x, t in [
        (rng.uniform(-1, 1, size=2), np.eye(3)[labels[0]]),
        (rng.uniform(-1, 1, size=(3, 2)), labels),
        (np.ones((1, 2)), labels[:1]),
    ]:
        W = rng.uniform(-1, 1, size=(2, 3))
        net, right = student.SimpleNet(W), reference.SimpleNet(W)
        assert_close(net.loss(x, t), right.loss(x, t), rtol=1e-4, atol=1e-5)
        assert_close(net.gradient(x, t), right.gradient(x, t), rtol=1e-4, atol=1e-5)


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_weights_stay(student, reference, rng):
    """gradient leaves W alone, and follows a W replaced."""
    x, t = rng.uniform(-1, 1, size=(4, 2)), np.eye(3)[rng.integers(3, size=4)]
    net = student.SimpleNet()
    net.W = W = rng.uniform(-1, 1, size=(2, 3))

    gradient = net.gradient(x, t)

    assert_close(gradient, reference.SimpleNet(W).gradient(x, t), rtol=1e-4, atol=1e-5)
    assert_close(net.W, W, atol=1e-9)
