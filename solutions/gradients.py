"""Slopes without algebra (sections 4.3 and 4.4): derivatives by differences, and the way downhill."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray


def numerical_diff(f: Callable[[float], float], x: float) -> float:
    """Return the slope of ``f`` at ``x``, by a central difference.

        f'(x) = (f(x + h) - f(x - h)) / 2h,  h = 1e-4

    Args:
        f: a function of one number.
        x: where to take the slope.

    Returns:
        The slope, one number.

    Example:
        >>> round(numerical_diff(lambda x: x**3, 2.0), 4)
        12.0

    Watch out: ``a / 2 * h`` multiplies by ``h``. And an ``h`` as small as 1e-50 is lost in rounding.
    """
    # BEGIN SOLUTION
    # TODO: compare the values of f a small step to the right and to the left of x.
    h = 1e-4
    return (f(x + h) - f(x - h)) / (2 * h)  # ()
    # END SOLUTION


def numerical_gradient(f: Callable[[NDArray[np.float64]], float], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the slope of ``f`` along every coordinate of ``x``, by central differences.

        g[i] = (f(x with x[i] + h) - f(x with x[i] - h)) / 2h,  h = 1e-4

    Args:
        f: takes an array of the shape of ``x``, returns one number.
        x: where to take the slopes, any shape; holds its old values again after the call.

    Returns:
        The gradient, same shape as ``x``, floats.

    Example:
        >>> numerical_gradient(lambda x: x[0] ** 2 + x[1] ** 2, np.array([3.0, 4.0])).round(4)
        array([6., 8.])

    Watch out: move one coordinate at a time, and put it back before the next one. An array of
    integers cannot hold ``x[i] + h``.
    """
    # BEGIN SOLUTION
    # TODO: visit every index of x; step forward and back along it, note the slope, put x back.
    h = 1e-4
    if not np.issubdtype(x.dtype, np.floating):
        x = x.astype(np.float64)  # same shape as before
    gradient = np.zeros_like(x)  # shape of x
    for index in np.ndindex(x.shape):
        middle = x[index]  # ()
        x[index] = middle + h
        above = f(x)  # ()
        x[index] = middle - h
        below = f(x)  # ()
        gradient[index] = (above - below) / (2 * h)  # ()
        x[index] = middle
    return gradient  # shape of x
    # END SOLUTION


def gradient_descent(
    f: Callable[[NDArray[np.float64]], float], init_x: NDArray[np.float64], lr: float = 0.01, step_num: int = 100
) -> NDArray[np.float64]:
    """Walk downhill on ``f``: ``step_num`` steps from ``init_x``.

        x <- x - lr * gradient of f at x

    Args:
        f: takes an array of the shape of ``init_x``, returns one number.
        init_x: the starting point, any shape; it keeps its values.
        lr: the learning rate.
        step_num: how many steps to take.

    Returns:
        The point reached, same shape as ``init_x``; or, for plotting, the pair of it and the path.

    Example:
        >>> gradient_descent(lambda x: x[0] ** 2 + x[1] ** 2, np.array([1.0, -2.0]), lr=0.25, step_num=2).round(4)
        array([ 0.25, -0.5 ])

    Watch out: ``x = init_x`` makes no copy, so ``x -= ...`` changes the caller's array as well.
    """
    # BEGIN SOLUTION
    # TODO: start from a copy of init_x; at each step ask numerical_gradient where uphill is and go the other way.
    x = np.array(init_x, dtype=np.float64)  # shape of init_x
    for _ in range(step_num):
        x = x - lr * numerical_gradient(f, x)  # shape of init_x
    return x  # shape of init_x
    # END SOLUTION
