"""No difference at all: f is asked at unit vectors, and taken for a bowl."""


def numerical_gradient(f, x):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        unit = np.zeros(x.shape)
        unit[index] = 1
        gradient[index] = 2 * f(unit) * x[index]
    return gradient
