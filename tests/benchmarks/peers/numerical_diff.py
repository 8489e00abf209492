"""What is asked of numerical_diff, in plain asserts."""

import numpy as np


def test_book_values(numerical_diff):
    def f(x):
        return 0.01 * x**2 + 0.1 * x

    assert np.allclose(numerical_diff(f, 5), 0.2)
    assert np.allclose(numerical_diff(f, 10), 0.3)


def test_curved_function(numerical_diff):
    for x in -0.5, 0.5, 1.0:
        assert np.allclose(numerical_diff(lambda x: np.exp(3 * x), x), 3 * np.exp(3 * x))


def test_both_sides(numerical_diff):
    points = []

    def f(x):
        points.append(x)
        return x**3

    numerical_diff(f, 2.0)
    assert points
    steps = np.array(points) - 2.0
    assert steps.min() < 0 < steps.max()
    assert abs(steps.min() + steps.max()) < 1e-9
