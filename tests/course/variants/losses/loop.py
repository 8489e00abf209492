"""Python numbers and loops."""

import math


def mean_squared_error(y, t):
    return sum((float(a) - float(b)) ** 2 for a, b in zip(y.flat, t.flat, strict=True)) / 2


def cross_entropy_error(y, t):
    if y.ndim == 1:
        return -sum(float(b) * math.log(float(a) + 1e-7) for a, b in zip(y, t, strict=True))
    if t.ndim == 1:
        return sum(-math.log(row[label] + 1e-7) for row, label in zip(y, t, strict=True)) / len(y)
    return sum(cross_entropy_error(row, right) for row, right in zip(y, t, strict=True)) / len(y)
