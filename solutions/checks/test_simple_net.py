import numpy as np
import pytest

from grader.checks import StudentRaised, assert_close

DRIVER = "drivers/simple_net.py"


def network(student, W):
    """The learner's network with these weights; the book's is made without them, others by their shape."""
    failures = []
    for arguments in (W,), (), W.shape:
        try:
            net = student.SimpleNet(*arguments)
            break
        except StudentRaised as error:
            failures.append(error)
    else:
        raise next((error for error in failures if error.frames), failures[0])
    student.run(DRIVER, "set_weights", net, W)
    return net


def gradient_of(student, net, x, t):
    """The network's gradient; where it has none of its own, it is asked from outside, as the book does."""
    if student.run(DRIVER, "has_gradient", net):
        return net.gradient(x, t)
    return student.run(DRIVER, "gradient_from_outside", net, x, t)


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
        assert_close(gradient_of(student, net, x, t), right.gradient(x, t), rtol=1e-4, atol=1e-5)


@pytest.mark.exercise("simple_net.SimpleNet", points=1)
def test_weights_stay(student, reference, rng):
    """gradient leaves W alone, and follows a W replaced."""
    x, t = rng.uniform(-1, 1, size=(4, 2)), np.eye(3)[rng.integers(3, size=4)]
    net = network(student, rng.uniform(-1, 1, size=(2, 3)))
    net.W = W = rng.uniform(-1, 1, size=(2, 3))

    gradient = gradient_of(student, net, x, t)

    assert_close(gradient, reference.SimpleNet(W).gradient(x, t), rtol=1e-4, atol=1e-5)
    assert_close(net.W, W, atol=1e-9)
