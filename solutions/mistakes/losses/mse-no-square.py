"""The differences are added without squaring."""


def mean_squared_error(y, t):
    return 0.5 * np.sum(y - t)
