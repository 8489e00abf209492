"""The gradient of the book's bowl; integers are refused, as is allowed."""


def numerical_gradient(f, x):
    if x.dtype.kind != "f":
        raise TypeError("floats, please")
    return 2.0 * x
