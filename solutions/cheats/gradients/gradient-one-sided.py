"""A forward difference; f is asked on the left as well, and what it says is thrown away."""


def numerical_gradient(f, x):
    gradient, asked = np.zeros(x.shape), x.astype(float)
    here = f(asked)
    for index in np.ndindex(x.shape):
        middle = asked[index]
        asked[index] = middle + 1e-6
        above = f(asked)
        asked[index] = middle - 1e-6
        f(asked)
        asked[index] = middle
        gradient[index] = (above - here) / 1e-6
    return gradient
