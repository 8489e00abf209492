import numpy as np
import pytest

from grader.checks import Visitor, assert_close

IMAGES, BATCH, ITERATIONS = 40, 5, 16
PER_EPOCH = IMAGES // BATCH


def toy_network():
    """A network that learns the mean image and the mean label, and a record of what it is asked."""
    gradients, losses = [], []

    class ToyNet(Visitor):
        def __init__(self):
            self.params = {"image": np.zeros(2), "label": np.zeros(1)}

        def gradient(self, x, t):
            gradient = {"image": self.params["image"] - x.mean(axis=0), "label": self.params["label"] - t.mean()}
            params = {key: value.copy() for key, value in self.params.items()}
            gradients.append((x.copy(), t.copy(), params, gradient))
            return gradient

        def loss(self, x, t):
            losses.append(np.sum((self.params["image"] - x.mean(axis=0)) ** 2) / 2)
            return losses[-1]

        def accuracy(self, x, t):
            return 0.5

    return ToyNet(), gradients, losses


def train(student, iterations=ITERATIONS, learning_rate=0.1):
    """Train a toy network: image n is [n, n / 10], its label n; test images start at 1000."""
    net, gradients, losses = toy_network()
    t_train, t_test = np.arange(IMAGES), np.arange(1000, 1008)
    x_train, x_test = np.outer(t_train, [1.0, 0.1]), np.outer(t_test, [1.0, 0.1])
    options = {"iterations": iterations, "batch_size": BATCH, "learning_rate": learning_rate, "seed": 1}
    history = student.train(net, x_train, t_train, x_test, t_test, **options)
    count = f"in {iterations} iterations, gradient was called {len(gradients)} times; once each is asked for"
    assert len(gradients) == iterations, count
    return net, history, gradients, losses


@pytest.mark.exercise("training.train", points=1)
def test_steps(student):
    """Each iteration moves every parameter by -learning_rate * gradient."""
    for learning_rate in 0.1, 0.25:
        net, _, gradients, _ = train(student, 8, learning_rate)
        after = [params for _, _, params, _ in gradients[1:]] + [net.params]
        for (_, _, params, gradient), reached in zip(gradients, after, strict=True):
            for key in params:
                assert_close(reached[key], params[key] - learning_rate * gradient[key], part=f'params["{key}"]')


@pytest.mark.exercise("training.train", points=1)
def test_batches(student):
    """Batches change, and hold training images with their own labels."""
    _, _, gradients, _ = train(student)

    for x, t, _, _ in gradients:
        assert x.shape == (BATCH, 2), f"a batch has shape {x.shape}; batch_size {BATCH} makes it ({BATCH}, 2)"
        assert t.shape == (BATCH,), f"a batch has labels of shape {t.shape}, not ({BATCH},)"
        assert t.max() < IMAGES and x.max() < IMAGES, "the network was trained on test images"
        assert np.array_equal(x[:, 0], t), "images and labels of a batch do not belong together"
    different = {t.tobytes() for _, t, _, _ in gradients}
    assert len(different) > 2, "the batches are always the same; draw another one in each iteration"


@pytest.mark.exercise("training.train", points=1)
def test_record(student):
    """The loss is recorded in every iteration, accuracies once an epoch."""
    _, history, _, losses = train(student)

    assert len(history.loss) == ITERATIONS, f"{len(history.loss)} losses were recorded in {ITERATIONS} iterations"
    count = f"loss was called {len(losses)} times in {ITERATIONS} iterations; once each is enough"
    assert len(losses) <= 3 * ITERATIONS, count
    epochs = ITERATIONS // PER_EPOCH
    for name, values in ("train", history.train_accuracy), ("test", history.test_accuracy):
        recorded = f"{len(values)} entries of {name}_accuracy after {epochs} epochs; one each is asked for"
        assert epochs <= len(values) <= epochs + 1, recorded
