import numpy as np
import pytest

from grader.checks import Mapped, assert_gradients_close
from grader.datasets import mnist_files

LEARNING_RATE = 0.1


@pytest.mark.exercise("training.mnist_accuracy", points=3)
def test_first_steps(student, reference, rng):
    """The first three steps lead to the right parameters."""
    right = reference.TwoLayerNet(784, 50, 10, seed=int(rng.integers(1000)))
    batches = rng.integers(60_000, size=(3, 100), dtype=np.int32)
    files = mnist_files()
    images, labels = Mapped(files["x_train"]), Mapped(files["t_train"])

    came = student.run("drivers/training.py", "train_mnist", images, labels, right.params, batches, LEARNING_RATE, [])

    x_train, t_train = (np.load(files[name], mmap_mode="r") for name in ("x_train", "t_train"))
    for rows in batches:
        gradient = right.gradient(x_train[rows] / np.float32(255), t_train[rows])
        right.params = {key: right.params[key] - LEARNING_RATE * gradient[key] for key in gradient}
    assert_gradients_close(came["params"], right.params, rtol=1e-4, atol=1e-6)
