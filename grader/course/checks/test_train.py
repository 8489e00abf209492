import numpy as np
import pytest

from grader.checks import Visitor, assert_close

IMAGES, BATCH, ITERATIONS = 40, 5, 16
PER_EPOCH = IMAGES // BATCH


def toy_network(rng):
    """A network that learns the mean image and the mean label, and a record of what it is asked and says."""
    gradients, said = [], {"loss": [], "train_accuracy": [], "test_accuracy": []}

    class ToyNet(Visitor):
        def __init__(self):
            self.params = {"image": np.zeros(2), "label": np.zeros(1)}

        def gradient(self, x, t):
            gradient = {"image": self.params["image"] - x.mean(axis=0), "label": self.params["label"] - t.mean()}
            params = {key: value.copy() for key, value in self.params.items()}
            gradients.append((x.copy(), t.copy(), params, gradient))
            return gradient

        def loss(self, x, t):
            said["loss"].append(rng.uniform())
            return said["loss"][-1]

        def accuracy(self, x, t):
            said["test_accuracy" if x.max() >= 1000 else "train_accuracy"].append(rng.uniform())
            return said["test_accuracy" if x.max() >= 1000 else "train_accuracy"][-1]

    return ToyNet(), gradients, said


def train(student, rng, iterations=ITERATIONS, learning_rate=0.1):
    """Train a toy network: image n is [n, n / 10], its label n; test images start at 1000."""
    net, gradients, said = toy_network(rng)
    t_train, t_test = np.arange(IMAGES), np.arange(1000, 1008)
    x_train, x_test = np.outer(t_train, [1.0, 0.1]), np.outer(t_test, [1.0, 0.1])
    options = {"iterations": iterations, "batch_size": BATCH, "learning_rate": learning_rate, "seed": 1}
    history = student.train(net, x_train, t_train, x_test, t_test, **options)
    count = f"in {iterations} iterations, gradient was called {len(gradients)} times; once each is asked for"
    assert len(gradients) == iterations, count
    return net, history, gradients, said


@pytest.mark.exercise("training.train", points=1)
def test_steps(student, rng):
    """Each iteration moves every parameter by -learning_rate * gradient."""
    for learning_rate in rng.uniform(0.1, 0.3, size=2):
        net, _, gradients, _ = train(student, rng, 8, float(learning_rate))
        after = [params for _, _, params, _ in gradients[1:]] + [net.params]
        for (_, _, params, gradient), reached in zip(gradients, after, strict=True):
            for key in params:
                assert_close(reached[key], params[key] - learning_rate * gradient[key], part=f'params["{key}"]')


@pytest.mark.exercise("training.train", points=1)
def test_batches(student, rng):
    """Batches change, and hold training images with their own labels."""
    _, _, gradients, _ = train(student, rng)

    for x, t, _, _ in gradients:
        assert x.shape == (BATCH, 2), f"a batch has shape {x.shape}; batch_size {BATCH} makes it ({BATCH}, 2)"
        assert t.shape == (BATCH,), f"a batch has labels of shape {t.shape}, not ({BATCH},)"
        assert t.max() < IMAGES and x.max() < IMAGES, "the network was trained on test images"
        assert np.array_equal(x[:, 0], t), "images and labels of a batch do not belong together"
    different = {t.tobytes() for _, t, _, _ in gradients}
    assert len(different) > 2, "the batches are always the same; draw another one in each iteration"


@pytest.mark.exercise("training.train", points=1)
def test_record(student, rng):
    """What the network says is recorded: its loss in every iteration, accuracies once an epoch."""
    _, history, _, said = train(student, rng)

    recorded = {name: [float(value) for value in getattr(history, name)] for name in said}
    assert len(recorded["loss"]) == ITERATIONS, f"{len(recorded['loss'])} losses recorded in {ITERATIONS} iterations"
    count = f"loss was called {len(said['loss'])} times in {ITERATIONS} iterations; once each is enough"
    assert len(said["loss"]) <= 3 * ITERATIONS, count
    epochs = ITERATIONS // PER_EPOCH
    for name in "train_accuracy", "test_accuracy":
        entries = f"{len(recorded[name])} entries of {name} after {epochs} epochs; one each is asked for"
        assert epochs <= len(recorded[name]) <= epochs + 1, entries
    for name, values in recorded.items():
        others = [value for value in values if not np.isclose(value, said[name] or [np.nan]).any()]
        assert not others, f"{name} holds {others[0]:.3g}, which the network never said of these images"
        assert len(set(values)) == len(values), f"{name} holds the same value twice; ask the network each time"
