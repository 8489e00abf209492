import numpy as np
import pytest

from grader.checks import Visitor, assert_close


@pytest.mark.exercise("training.train", points=1)
@pytest.mark.parametrize("images", [17, 30], ids=lambda n: f"{n} images")
def test_one_hot(student, rng, images):
    """One-hot labels stay with their images."""
    batches, said = [], []

    class SlopeOfOne(Visitor):
        def __init__(self):
            self.params = {"W": np.zeros((2, 3)), "b": np.zeros(3)}

        def gradient(self, x, t):
            batches.append((x.copy(), t.copy()))
            return {"W": np.ones((2, 3)), "b": np.ones(3)}

        def loss(self, x, t):
            said.append(1 / (1 + len(said)))
            return said[-1]

        def accuracy(self, x, t):
            return 0.75 if x.max() < 1 else 0.5

    net, x, t = SlopeOfOne(), rng.uniform(size=(images, 2)), np.eye(images)
    options = {"iterations": 7, "batch_size": 5, "learning_rate": 0.5, "seed": 3}

    history = student.train(net, x, t, x + 5, t, **options)

    assert len(batches) == len(history.loss) == 7, "seven iterations take seven gradients and record seven losses"
    for x_batch, t_batch in batches:
        assert_close(x_batch, x[t_batch.argmax(axis=1)], part="a batch's images")
    assert_close(net.params["W"], np.full((2, 3), -3.5), part='params["W"]')
    assert_close(net.params["b"], np.full(3, -3.5), part='params["b"]')
    assert set(history.loss) <= set(said), "a recorded loss is none that network.loss returned"
    assert set(history.train_accuracy) == {0.75}, "train_accuracy is not the accuracy on the training data"
    assert set(history.test_accuracy) == {0.5}, "test_accuracy is not the accuracy on the test data"
