import numpy as np


def cross_entropy_error(y, t):
    y = np.atleast_2d(y)
    if np.size(t) == y.size:
        return -(np.reshape(t, y.shape) * np.log(y + 1e-7)).sum() / len(y)
    return sum(-np.log(y[n, t[n]] + 1e-7) for n in range(len(y))) / len(y)


def mean_squared_error(y, t):
    difference = np.abs(y - t
    return 0.5 * (difference ** 2).sum()
