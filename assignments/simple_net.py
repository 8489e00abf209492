"""A first network (section 4.4.2): softmax regression from 2 inputs to 3 classes."""

import numpy as np
from numpy.typing import NDArray

from activations import softmax
from gradients import numerical_gradient
from losses import cross_entropy_error


class SimpleNet:
    """One layer of weights without biases.

    Attributes:
        W: the weights, shape (2, 3).
    """

    def __init__(self, W: NDArray[np.float64] | None = None, seed: int = 0) -> None:
        """Take the weights, or draw them at random.

        Args:
            W: the weights, shape (2, 3).
            seed: for drawing them where ``W`` is not given.
        """
        self.W = np.random.default_rng(seed).normal(size=(2, 3)) if W is None else np.array(W, dtype=np.float64)

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores, before softmax.

        Args:
            x: inputs, shape (2,) or (N, 2).

        Returns:
            Scores, shape (3,) or (N, 3).
        """
        return x @ self.W

    def loss(self, x: NDArray[np.float64], t: NDArray[np.float64]) -> float:
        """Return the cross entropy error of the network's probabilities.

            L = cross_entropy_error(softmax(x W), t)

        Args:
            x: inputs, shape (2,) or (N, 2).
            t: the right classes: one-hot, shape (3,) or (N, 3); or, for a batch, integer labels, shape (N,).

        Returns:
            The loss, one number.

        Example:
            >>> net = SimpleNet(np.zeros((2, 3)))
            >>> round(net.loss(np.array([0.6, 0.9]), np.array([0, 0, 1])), 4)
            1.0986

        Watch out: ``predict`` returns scores, and cross_entropy_error asks for probabilities.
        """
        # TODO: turn the scores of x into probabilities, and compare these with t.
        raise NotImplementedError("SimpleNet.loss")

    def gradient(self, x: NDArray[np.float64], t: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the gradient of the loss by W, by central differences.

            dW[i, j] = dL / dW[i, j]

        Args:
            x: inputs, shape (2,) or (N, 2).
            t: the right classes, as in ``loss``.

        Returns:
            The gradient, shape (2, 3). W is as it was.

        Example:
            >>> net = SimpleNet(np.zeros((2, 3)))
            >>> net.gradient(np.array([0.6, 0.9]), np.array([0, 0, 1])).round(4)
            array([[ 0.2,  0.2, -0.4],
                   [ 0.3,  0.3, -0.6]])

        Watch out: the function that numerical_gradient is given must depend on the W it is called with.
        Where numerical_gradient moves a copy, ``self.W`` stands still.
        """

        # TODO: write the loss as a function of W alone, and hand it to numerical_gradient.
        raise NotImplementedError("SimpleNet.gradient")
