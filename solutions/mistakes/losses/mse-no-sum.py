"""The array of squares is returned."""


def mean_squared_error(y, t):
    return 0.5 * (y - t) ** 2
