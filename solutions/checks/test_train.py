import numpy as np
import pytest

from grader.checks import Visitor, assert_close

ITERATIONS = 12
SHAPES = {"W1": (2, 3), "b1": (3,), "W2": (3, 2), "b2": (2,)}  # the book's loop names these four


def network(rng, x_test):
    """A network that draws what it answers, and the notes it takes of what it is asked."""
    gradients, losses, accuracies = [], [], {True: [], False: []}

    class Slope(Visitor):
        def __init__(self):
            self.params = {key: rng.uniform(1, 2, size=shape) for key, shape in SHAPES.items()}

        def gradient(self, x, t):
            gradient = {key: rng.normal(size=shape) for key, shape in SHAPES.items()}
            params = {key: np.array(self.params[key]) for key in SHAPES}
            gradients.append((x.copy(), t.copy(), params, gradient))
            return {key: value.copy() for key, value in gradient.items()}

        def loss(self, x, t):
            losses.append((x.copy(), t.copy(), rng.uniform(0.5, 2)))
            return losses[-1][-1]

        def accuracy(self, x, t):
            said = accuracies[x.shape == x_test.shape and np.allclose(x, x_test)]
            said.append((x.copy(), t.copy(), rng.uniform()))
            return said[-1][-1]

    return Slope(), gradients, losses, accuracies


def recorded(history):
    """The three records; three lists in a row, or by name, are right as well."""
    if isinstance(history, tuple | list):
        return history
    names = {"loss": "train_loss_list", "train_accuracy": "train_acc_list", "test_accuracy": "test_acc_list"}
    if isinstance(history, dict):
        return [history.get(name, history.get(other)) for name, other in names.items()]
    return [getattr(history, name) for name in names]


@pytest.mark.exercise("training.train", points=1)
@pytest.mark.parametrize("images", [17, 30], ids=lambda n: f"{n} images")
def test_one_hot(student, rng, images):
    """One-hot labels stay with their images."""
    x, x_test, t = rng.uniform(size=(images, 2)), rng.uniform(5, 6, size=(images + 1, 2)), np.eye(images)
    t_test, rate = rng.permutation(np.eye(images + 1)), float(rng.uniform(0.2, 0.6))
    net, gradients, losses, accuracies = network(rng, x_test)
    expected = {key: value.copy() for key, value in net.params.items()}
    options = {"iterations": ITERATIONS, "batch_size": 5, "learning_rate": rate, "seed": 3}

    loss, train_accuracy, test_accuracy = recorded(student.train(net, x, t, x_test, t_test, **options))

    count = f"{ITERATIONS} iterations take as many gradients, and record as many losses"
    assert len(gradients) == len(loss) == ITERATIONS, count
    for x_batch, t_batch, params, gradient in gradients:
        assert t_batch.shape == (5, images), f"a batch has labels of shape {t_batch.shape}, not (5, {images})"
        assert_close(x_batch, x[t_batch.argmax(axis=1)], part="a batch's images")
        for key in SHAPES:
            assert_close(params[key], expected[key], part=f'params["{key}"]')
            expected[key] = expected[key] - rate * gradient[key]
    for key in SHAPES:
        assert_close(net.params[key], expected[key], part=f'params["{key}"]')
    drawn = {int(row) for _, t_batch, _, _ in gradients for row in t_batch.argmax(axis=1)}
    assert len(drawn) > images // 2, f"{len(drawn)} of {images} images came up; draw another batch each time"
    for value, (x_batch, t_batch, _, _) in zip(loss, gradients, strict=True):
        answers = [said for x, t, said in losses if np.array_equal(x, x_batch) and np.array_equal(t, t_batch)]
        assert np.isclose(answers, value).any(), "a recorded loss is none that network.loss returned for that batch"
    for name, values, said, labels in [
        ("train_accuracy", train_accuracy, accuracies[False], t),
        ("test_accuracy", test_accuracy, accuracies[True], t_test),
    ]:
        answers = [answer for x, t, answer in said if t.shape == labels.shape and np.array_equal(t, labels)]
        of_all = len(values) > 0 and all(np.isclose(answers, value).any() for value in values)
        assert of_all, f"{name} is not the accuracy on all its images"
        assert len(set(np.round(values, 6).tolist())) == len(values), f"{name} holds one value twice"
