"""An array of integers is used to hold x + h."""


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        middle = x[index]
        x[index] = middle + h
        above = f(x)
        x[index] = middle - h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] = middle
    return gradient
