"""Absolute values in place of squares."""


def mean_squared_error(y, t):
    return 0.5 * np.sum(np.abs(y - t))
