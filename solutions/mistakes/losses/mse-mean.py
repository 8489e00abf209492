"""The squares are averaged."""


def mean_squared_error(y, t):
    return np.mean((y - t) ** 2)
