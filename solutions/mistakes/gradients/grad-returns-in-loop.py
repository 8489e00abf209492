"""The return stands inside the loop."""


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        middle = x[index]
        x[index] = middle + h
        above = f(x)
        x[index] = middle - h
        gradient[index] = (above - f(x)) / (2 * h)
        x[index] = middle
        return gradient
    return gradient
