"""A backward difference."""


def numerical_diff(f, x):
    h = 1e-4
    return (f(x) - f(x - h)) / h


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        middle = x[index]
        x[index] = middle + h
        above = f(x)
        x[index] = middle - h
        below = f(x)
        x[index] = middle
        gradient[index] = (f(x) - below) / h
    return gradient
