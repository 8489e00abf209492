"""Only the first coordinate is visited."""


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros(x.shape)
    first = (0,) * x.ndim
    middle = x[first]
    x[first] = middle + h
    above = f(x)
    x[first] = middle - h
    gradient[first] = (above - f(x)) / (2 * h)
    x[first] = middle
    return gradient
