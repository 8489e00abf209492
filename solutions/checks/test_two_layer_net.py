import numpy as np
import pytest

from grader.checks import assert_gradients_close

DRIVER = "drivers/two_layer_net.py"


def pair(student, reference, rng, *sizes):
    """The learner's network and the reference's, with the same random parameters."""
    net, right = student.TwoLayerNet(*sizes), reference.TwoLayerNet(*sizes)
    right.params = {key: rng.normal(scale=0.5, size=param.shape) for key, param in right.params.items()}
    student.run(DRIVER, "set_params", net, right.params)
    return net, right


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_one_hot(student, reference, rng):
    """One-hot labels work in a larger network."""
    net, right = pair(student, reference, rng, 20, 7, 10)
    x, t = rng.uniform(size=(12, 20)), np.eye(10)[rng.integers(10, size=12)]

    assert_gradients_close(net.gradient(x, t), right.gradient(x, t))
    assert_gradients_close(net.gradient(x[:1], t[:1].astype(np.uint8)), right.gradient(x[:1], t[:1]))


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_labels(student, reference, rng):
    """Integer labels work, also where N = H = K."""
    net, right = pair(student, reference, rng, 6, 4, 4)
    for samples in 1, 4, 9:
        x, t = rng.normal(size=(samples, 6)), rng.integers(4, size=samples)
        assert_gradients_close(net.gradient(x, t), right.gradient(x, t))
        assert_gradients_close(net.gradient(x, t.astype(np.uint8)), right.gradient(x, t))


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_float32_images(student, reference, rng):
    """float32 images work, and every second one of an array."""
    net, right = pair(student, reference, rng, 12, 5, 3)
    x, t = rng.uniform(size=(8, 12)), np.eye(3)[rng.integers(3, size=8)]

    assert_gradients_close(net.gradient(x[::2], t[::2]), right.gradient(x[::2], t[::2]))
    x = x.astype(np.float32)
    assert_gradients_close(net.gradient(x, t), right.gradient(x, t), rtol=1e-4, atol=1e-6)


@pytest.mark.exercise("two_layer_net.TwoLayerNet", points=2)
def test_first_steps(student, reference, rng):
    """Five steps downhill lead to the reference's parameters."""
    net, right = pair(student, reference, rng, 8, 6, 4)
    for _ in range(5):
        x, t = rng.uniform(size=(10, 8)), rng.integers(4, size=10)
        gradient, expected = net.gradient(x, t), right.gradient(x, t)
        assert_gradients_close(gradient, expected)
        right.params = {key: param - 0.1 * expected[key] for key, param in right.params.items()}
        student.run(DRIVER, "set_params", net, {key: net.params[key] - 0.1 * gradient[key] for key in right.params})

    assert_gradients_close(net.params, right.params)
