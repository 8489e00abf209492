import numpy as np
import pytest

from grader.checks import Visitor, assert_close


@pytest.mark.exercise("training.train", points=1)
@pytest.mark.parametrize("images", [17, 30], ids=lambda n: f"{n} images")
def test_one_hot(student, rng, images):
    """One-hot labels stay with their images."""
    batches, said, accuracies = [], [], rng.uniform(size=2)

    class Slope(Visitor):
        def __init__(self):
            self.params = {"W": np.zeros((2, 3)), "b": np.zeros(3)}

        def gradient(self, x, t):
            gradient = {"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}
            batches.append((x.copy(), t.copy(), {key: param.copy() for key, param in self.params.items()}, gradient))
            return gradient

        def loss(self, x, t):
            said.append(rng.uniform())
            return said[-1]

        def accuracy(self, x, t):
            return accuracies[0 if x.max() < 1 else 1]

    net, x, t = Slope(), rng.uniform(size=(images, 2)), np.eye(images)
    options = {"iterations": 7, "batch_size": 5, "learning_rate": 0.5, "seed": 3}

    history = student.train(net, x, t, x + 5, t, **options)

    assert len(batches) == len(history.loss) == 7, "seven iterations take seven gradients and record seven losses"
    expected = {"W": np.zeros((2, 3)), "b": np.zeros(3)}
    for x_batch, t_batch, params, gradient in batches:
        assert_close(x_batch, x[t_batch.argmax(axis=1)], part="a batch's images")
        for key in expected:
            assert_close(params[key], expected[key], part=f'params["{key}"]')
            expected[key] = expected[key] - 0.5 * gradient[key]
    for key in expected:
        assert_close(net.params[key], expected[key], part=f'params["{key}"]')
    assert set(history.loss) <= set(said), "a recorded loss is none that network.loss returned"
    assert set(history.train_accuracy) == {accuracies[0]}, "train_accuracy is not the accuracy on the training data"
    assert set(history.test_accuracy) == {accuracies[1]}, "test_accuracy is not the accuracy on the test data"
