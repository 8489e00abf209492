"""Training (sections 4.5 and 5.7.4): mini-batches, steps downhill, and a record of how it goes."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from two_layer_net import TwoLayerNet


@dataclass
class History:
    """How a training went.

    Attributes:
        loss: of each iteration's batch.
        train_accuracy: on the training data, once an epoch.
        test_accuracy: on the test data, once an epoch.
    """

    loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    test_accuracy: list[float] = field(default_factory=list)


def train(
    network: TwoLayerNet,
    x_train: NDArray[np.float64],
    t_train: NDArray[np.int64],
    x_test: NDArray[np.float64],
    t_test: NDArray[np.int64],
    *,
    iterations: int = 600,
    batch_size: int = 100,
    learning_rate: float = 0.1,
    seed: int = 0,
) -> History:
    """Train a network by stochastic gradient descent; its ``params`` change.

        W <- W - learning_rate * dL/dW    for each parameter, on another random batch each time

    Args:
        network: has ``params``, ``gradient(x, t)``, ``loss(x, t)`` and ``accuracy(x, t)``.
        x_train: images to learn from, shape (M, D).
        t_train: their labels, shape (M,), or one-hot, shape (M, K).
        x_test: images to test with, never to learn from.
        t_test: their labels.
        iterations: how many steps to take.
        batch_size: N, how many images a step looks at.
        learning_rate: how far a step goes.
        seed: for drawing the batches.

    Returns:
        The loss of every iteration, and both accuracies once an epoch: where ``i % iterations_per_epoch == 0``.

    Example:
        >>> x, t = np.eye(4), np.array([0, 1, 0, 1])
        >>> history = train(TwoLayerNet(4, 8, 2), x, t, x, t, iterations=6, batch_size=2)
        >>> len(history.loss), len(history.train_accuracy)
        (6, 3)

    Watch out: an image and its label belong together: pick both with the same row numbers.
    """
    rng = np.random.default_rng(seed)
    history = History()
    train_size = x_train.shape[0]
    iterations_per_epoch = max(train_size // batch_size, 1)
    # BEGIN SOLUTION
    # TODO: in each iteration draw batch_size row numbers, ask the network for its gradient on those rows,
    #       move every parameter against it, and record the loss; once an epoch record both accuracies.
    for i in range(iterations):
        rows = rng.choice(train_size, batch_size)  # (N,)
        x_batch, t_batch = x_train[rows], t_train[rows]  # (N, D), (N,)
        gradient = network.gradient(x_batch, t_batch)  # one for each parameter
        for key in network.params:
            network.params[key] -= learning_rate * gradient[key]  # shape of the parameter
        history.loss.append(float(network.loss(x_batch, t_batch)))  # ()
        if i % iterations_per_epoch == 0:
            history.train_accuracy.append(float(network.accuracy(x_train, t_train)))
            history.test_accuracy.append(float(network.accuracy(x_test, t_test)))
    # END SOLUTION
    return history


if __name__ == "__main__":
    from grader.datasets import load_mnist

    (x_train, t_train), (x_test, t_test) = load_mnist()
    network = TwoLayerNet(784, 50, 10)
    history = train(network, x_train, t_train, x_test, t_test)
    print(f"loss {history.loss[0]:.2f} at first, {history.loss[-1]:.2f} at last")
    print(f"test accuracy {network.accuracy(x_test, t_test):.3f}")
