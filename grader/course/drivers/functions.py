"""Functions to differentiate inside the box, where a check does not need to see what they are asked."""

import numpy as np


def sum_of_squares(student):
    """Return f(x) = sum of x[i]^2, the book's function of section 4.4."""
    return lambda x: np.sum(x**2)


def wave(student, weight):
    """Return f(x) = sum of cos(weight x[i]): no formula says where its slope leads."""
    return lambda x: np.sum(np.cos(weight * x))
