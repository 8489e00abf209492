"""A copy is nudged while f is asked for the original."""


def numerical_gradient(f, x):
    h = 1e-4
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        moved = x.copy()
        moved[index] += h
        above = f(x)
        moved[index] -= 2 * h
        gradient[index] = (above - f(x)) / (2 * h)
    return gradient
