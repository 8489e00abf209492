"""Activation functions (chapter 3): what a layer does to its scores."""

import numpy as np
from numpy.typing import NDArray


def sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squeeze every number between 0 and 1.

        y = 1 / (1 + exp(-x))

    Args:
        x: any shape.

    Returns:
        Same shape as ``x``.
    """
    return 1 / (1 + np.exp(-x))


def relu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Keep what is positive; everything else becomes 0.

        y = max(0, x)

    Args:
        x: any shape.

    Returns:
        Same shape as ``x``.
    """
    return np.maximum(0, x)


def softmax(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn scores into probabilities, row by row.

        y[n, k] = exp(x[n, k]) / sum_j exp(x[n, j])

    Args:
        x: scores, shape (N, K) or (K,).

    Returns:
        Probabilities, same shape as ``x``; each row sums to 1.

    Example:
        >>> softmax(np.array([[0.0, 0.0], [0.0, np.log(3.0)]])).round(2)
        array([[0.5 , 0.5 ],
               [0.25, 0.75]])

    Watch out: ``exp(1000)`` overflows. Softmax does not change when the same
    number is subtracted from a whole row.
    """
    # TODO: shift each row by its maximum, exponentiate, divide by the row sum.
    raise NotImplementedError("softmax")
