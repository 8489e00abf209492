"""A network with one hidden layer (sections 4.5 and 5.7), and its gradient by backpropagation."""

import numpy as np
from numpy.typing import NDArray

from activations import relu, softmax
from losses import cross_entropy_error


class TwoLayerNet:
    """Inputs, a hidden layer with ReLU, and probabilities of the classes.

        y = softmax(relu(x W1 + b1) W2 + b2)

    D inputs, H hidden units, K classes.

    Attributes:
        params: the parameters: W1 (D, H), b1 (H,), W2 (H, K), b2 (K,).
    """

    def __init__(
        self, input_size: int, hidden_size: int, output_size: int, weight_init_std: float = 0.01, seed: int = 0
    ) -> None:
        """Draw small random weights; biases start at 0.

        Args:
            input_size: D, 784 for MNIST.
            hidden_size: H.
            output_size: K, 10 for MNIST.
            weight_init_std: the standard deviation of the weights.
            seed: for drawing them.
        """
        rng = np.random.default_rng(seed)
        self.params: dict[str, NDArray[np.float64]] = {
            "W1": weight_init_std * rng.normal(size=(input_size, hidden_size)),
            "b1": np.zeros(hidden_size),
            "W2": weight_init_std * rng.normal(size=(hidden_size, output_size)),
            "b2": np.zeros(output_size),
        }

    def predict(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the probability of each class.

        Args:
            x: inputs, shape (N, D).

        Returns:
            Probabilities, shape (N, K).
        """
        z1 = relu(x @ self.params["W1"] + self.params["b1"])
        return softmax(z1 @ self.params["W2"] + self.params["b2"])

    def loss(self, x: NDArray[np.float64], t: NDArray[np.float64] | NDArray[np.int64]) -> float:
        """Return the cross entropy error, averaged over the batch.

        Args:
            x: inputs, shape (N, D).
            t: the right classes: one-hot, shape (N, K), or integer labels, shape (N,).

        Returns:
            The loss, one number.
        """
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x: NDArray[np.float64], t: NDArray[np.float64] | NDArray[np.int64]) -> float:
        """Return the fraction of samples whose most probable class is right.

        Args:
            x: inputs, shape (N, D).
            t: the right classes: one-hot, shape (N, K), or integer labels, shape (N,).

        Returns:
            A number from 0 to 1.
        """
        labels = t.argmax(axis=1) if t.ndim == 2 else t
        return float(np.mean(self.predict(x).argmax(axis=1) == labels))

    def gradient(
        self, x: NDArray[np.float64], t: NDArray[np.float64] | NDArray[np.int64]
    ) -> dict[str, NDArray[np.float64]]:
        """Return the gradient of the loss by every parameter, by backpropagation.

            dscores = (y - t) / N,  and from there back, layer by layer

        Args:
            x: inputs, shape (N, D).
            t: the right classes: one-hot, shape (N, K), or integer labels, shape (N,).

        Returns:
            A gradient for each key of ``params``, of that parameter's shape. ``params`` stay as they are.

        Example:
            >>> net = TwoLayerNet(3, 4, 2, weight_init_std=0.0)
            >>> net.gradient(np.ones((4, 3)), np.array([0, 0, 0, 1]))["b2"]
            array([-0.25,  0.25])

        Watch out: the loss is a mean over N samples, so the division by N comes once, at the output.
        A bias serves every sample, so its gradient is a sum over the batch.
        """
        # TODO: go forward and keep what each layer computed; then send the output's error back through
        #       the second layer, the ReLU and the first layer.
        raise NotImplementedError("TwoLayerNet.gradient")
