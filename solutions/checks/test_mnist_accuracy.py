import numpy as np
import pytest

from grader.checks import Mapped, Mismatch, assert_gradients_close
from grader.datasets import mnist_files

LEARNING_RATE = 0.1


def gradient_of_sigmoid(params, x, labels):
    """The gradient of chapter 4's network, whose hidden layer is a sigmoid."""
    z = 1 / (1 + np.exp(-(x @ params["W1"] + params["b1"])))
    exps = np.exp(z @ params["W2"] + params["b2"])
    da2 = (exps / exps.sum(axis=1, keepdims=True) - np.eye(10)[labels]) / len(x)
    da1 = (da2 @ params["W2"].T) * z * (1 - z)
    return {"W1": x.T @ da1, "b1": da1.sum(axis=0), "W2": z.T @ da2, "b2": da2.sum(axis=0)}


def gradient_of_relu(params, x, labels, reference):
    """The gradient of chapter 5's network, by the reference."""
    right = reference.TwoLayerNet(784, 50, 10)
    right.params = params
    return right.gradient(x, labels)


@pytest.mark.slow
@pytest.mark.exercise("training.mnist_accuracy", points=3)
def test_first_steps(student, reference, rng):
    """The first steps of a training lead to the right parameters."""
    iterations, every = 20, 5
    start = reference.TwoLayerNet(784, 50, 10, seed=int(rng.integers(1000))).params
    batches = rng.integers(60_000, size=(iterations, 100), dtype=np.int32)
    files = mnist_files()
    images, labels = Mapped(files["x_train"]), Mapped(files["t_train"])

    net = student.run("drivers/two_layer_net.py", "made", 784, 50, 10)
    misfit = student.run("drivers/two_layer_net.py", "set_params", net, start)
    assert not misfit, misfit
    options = batches, LEARNING_RATE, every
    way = student.run("drivers/training.py", "train_mnist", net, images, labels, list(start), *options)

    assert np.shape(way) == (iterations // every + 1, 39_760), "the parameters have changed their shapes"
    reached = parts_of(way[1], start)
    x_train, t_train = (np.load(files[name], mmap_mode="r") for name in ("x_train", "t_train"))

    def end(gradient_of, *more):
        params = start
        for rows in batches[:every]:
            gradient = gradient_of(params, x_train[rows] / np.float32(255), t_train[rows], *more)
            params = {key: params[key] - LEARNING_RATE * gradient[key] for key in params}
        return params

    try:
        assert_gradients_close(reached, end(gradient_of_relu, reference), rtol=1e-4, atol=1e-6)
    except Mismatch as error:
        try:
            assert_gradients_close(reached, end(gradient_of_sigmoid), rtol=1e-4, atol=1e-6)
        except Mismatch:
            raise error from None


def parts_of(row, like):
    """Split what came back into parameters."""
    parts = np.split(row, np.cumsum([part.size for part in like.values()])[:-1])
    return {key: part.reshape(like[key].shape) for key, part in zip(like, parts, strict=True)}
