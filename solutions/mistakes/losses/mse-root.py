"""A square root is taken."""


def mean_squared_error(y, t):
    return np.sqrt(np.sum((y - t) ** 2))
