"""On a matrix x[i] is a whole row."""


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros(x.shape)
    for i in range(x.shape[0]):
        middle = x[i].copy()
        x[i] = middle + h
        above = f(x)
        x[i] = middle - h
        gradient[i] = (above - f(x)) / (2 * h)
        x[i] = middle
    return gradient
