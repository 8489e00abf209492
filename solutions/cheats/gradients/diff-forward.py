"""A forward difference; f is asked on the left as well, and what it says is thrown away."""


def numerical_diff(f, x):
    h = 1e-7
    f(x - h)
    return (f(x + h) - f(x)) / h
