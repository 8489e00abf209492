"""x is put back only at the end."""


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros(x.shape)
    before = x.copy()
    for index in np.ndindex(x.shape):
        middle = x[index]
        x[index] = middle + h
        above = f(x)
        x[index] = middle - h
        gradient[index] = (above - f(x)) / (2 * h)
    x[...] = before
    return gradient
