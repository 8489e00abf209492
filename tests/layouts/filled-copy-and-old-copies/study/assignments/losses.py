import numpy as np


def mean_squared_error(y, t):
    return ((y - t) ** 2).sum() / 2


def cross_entropy_error(y, t):
    y = np.atleast_2d(y)
    if np.size(t) == y.size:
        t = np.argmax(np.reshape(t, y.shape), axis=1)
    chosen = y[np.arange(len(y)), t]
    return float(np.mean(-np.log(chosen + 1e-7)))
