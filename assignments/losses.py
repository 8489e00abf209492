"""Loss functions (section 4.2): one number that says how wrong an output is."""

import numpy as np
from numpy.typing import NDArray


def mean_squared_error(y: NDArray[np.float64], t: NDArray[np.float64]) -> float:
    """Return half the sum of the squared differences.

        L = 1/2 * sum_k (y[k] - t[k])^2

    Args:
        y: the network's output, shape (K,); of any other shape, the sum runs over all entries.
        t: the right answer, one-hot, same shape as ``y``.

    Returns:
        The loss, one number.

    Example:
        >>> print(mean_squared_error(np.array([0.5, 0.25, 0.25]), np.array([1, 0, 0])))
        0.1875

    Watch out: in spite of its name nothing is divided by the number of classes.
    """
    # TODO: square the differences, add them up, take half.
    raise NotImplementedError("mean_squared_error")


def cross_entropy_error(y: NDArray[np.float64], t: NDArray[np.float64] | NDArray[np.int64]) -> float:
    """Return minus the logarithm of the right class's probability, averaged over a batch.

        L = -1/N * sum_n log(y[n, label of n] + 1e-7)

    Args:
        y: probabilities of one sample, shape (K,), or of a batch, shape (N, K).
        t: the right classes: one-hot, same shape as ``y``; or, for a batch, integer labels, shape (N,).

    Returns:
        The loss, one number: the mean over the N samples.

    Example:
        >>> y = np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25]])
        >>> round(float(cross_entropy_error(y, np.array([0, 2]))), 4)
        1.0397

    Watch out: ``log(0)`` is minus infinity. And one sample of shape (K,) is a batch of 1, not of K.
    """
    # TODO: make one sample a batch of 1, turn one-hot labels into integers, pick each row's
    #       right probability, and average minus the logarithms. Keep clear of log(0).
    raise NotImplementedError("cross_entropy_error")
