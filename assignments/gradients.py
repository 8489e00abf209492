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
    # TODO: compare the values of f a small step to the right and to the left of x.
    raise NotImplementedError("numerical_diff")


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
    # TODO: visit every index of x; step forward and back along it, note the slope, put x back.
    raise NotImplementedError("numerical_gradient")


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
    # TODO: start from a copy of init_x; at each step ask numerical_gradient where uphill is and go the other way.
    raise NotImplementedError("gradient_descent")
