"""What is asked of train, in plain asserts: a toy network records what it is asked."""

import numpy as np

IMAGES, BATCH, ITERATIONS = 40, 5, 16
PER_EPOCH = IMAGES // BATCH


class ToyNet:
    def __init__(self):
        self.params = {"image": np.zeros(2), "label": np.zeros(1)}
        self.gradients, self.losses = [], []

    def gradient(self, x, t):
        gradient = {"image": self.params["image"] - x.mean(axis=0), "label": self.params["label"] - t.mean()}
        params = {key: value.copy() for key, value in self.params.items()}
        self.gradients.append((x.copy(), t.copy(), params, gradient))
        return gradient

    def loss(self, x, t):
        self.losses.append(np.sum((self.params["image"] - x.mean(axis=0)) ** 2) / 2)
        return self.losses[-1]

    def accuracy(self, x, t):
        return 0.5


def train_toy(train, iterations=ITERATIONS, learning_rate=0.1):
    net = ToyNet()
    t_train, t_test = np.arange(IMAGES), np.arange(1000, 1008)
    x_train, x_test = np.outer(t_train, [1.0, 0.1]), np.outer(t_test, [1.0, 0.1])
    options = {"iterations": iterations, "batch_size": BATCH, "learning_rate": learning_rate, "seed": 1}
    history = train(net, x_train, t_train, x_test, t_test, **options)
    assert len(net.gradients) == iterations
    return net, history


def test_steps(train):
    for learning_rate in 0.1, 0.25:
        net, _ = train_toy(train, 8, learning_rate)
        after = [params for _, _, params, _ in net.gradients[1:]] + [net.params]
        for (_, _, params, gradient), reached in zip(net.gradients, after, strict=True):
            for key in params:
                assert np.allclose(reached[key], params[key] - learning_rate * gradient[key])


def test_batches(train):
    net, _ = train_toy(train)
    for x, t, _, _ in net.gradients:
        assert x.shape == (BATCH, 2)
        assert t.shape == (BATCH,)
        assert t.max() < IMAGES and x.max() < IMAGES
        assert np.array_equal(x[:, 0], t)
    assert len({t.tobytes() for _, t, _, _ in net.gradients}) > 2


def test_record(train):
    net, history = train_toy(train)
    assert len(history.loss) == ITERATIONS
    assert len(net.losses) <= 3 * ITERATIONS
    epochs = ITERATIONS // PER_EPOCH
    for values in history.train_accuracy, history.test_accuracy:
        assert epochs <= len(values) <= epochs + 1
