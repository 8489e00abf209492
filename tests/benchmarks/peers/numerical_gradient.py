"""What is asked of numerical_gradient, in plain asserts."""

import numpy as np


def bowl(x):
    return x[0] ** 2 + x[1] ** 2


def curved(x):
    return x[0] ** 2 * x[1] + x[1] ** 3


def test_book_values(numerical_gradient):
    assert np.allclose(numerical_gradient(bowl, np.array([3.0, 4.0])), [6, 8], atol=1e-6)
    assert np.allclose(numerical_gradient(bowl, np.array([0.0, 2.0])), [0, 4], atol=1e-6)
    assert np.allclose(numerical_gradient(bowl, np.array([3.0, 0.0])), [6, 0], atol=1e-6)


def test_curved_function(numerical_gradient):
    assert np.allclose(numerical_gradient(curved, np.array([3.0, 4.0])), [24, 57])


def test_one_coordinate_at_a_time(numerical_gradient):
    x, points = np.array([3.0, 4.0]), []

    def f(x):
        points.append(x.copy())
        return curved(x)

    numerical_gradient(f, x)
    assert points
    steps = (np.array(points) - x).round(12)
    assert (np.count_nonzero(steps, axis=1) <= 1).all()
    assert ((steps.min(axis=0) < 0) & (steps.max(axis=0) > 0)).all()
    assert np.abs(steps.min(axis=0) + steps.max(axis=0)).max() < 1e-9


def test_x_is_put_back(numerical_gradient):
    x = np.array([1.5, -2.5])
    gradient = numerical_gradient(bowl, x)
    assert np.array_equal(x.round(9), [1.5, -2.5])
    assert np.allclose(gradient, [3, -5])


def test_matrix(numerical_gradient):
    x, weights = np.random.default_rng(0).uniform(1, 2, size=(2, 3)), np.arange(1.0, 7.0).reshape(2, 3)
    assert np.allclose(numerical_gradient(lambda x: np.sum(weights * x**2), x), 2 * weights * x)


def test_integers(numerical_gradient):
    x = np.array([5, 7])
    try:
        gradient = numerical_gradient(bowl, x)
    except (TypeError, ValueError):
        return
    assert np.allclose(gradient, [10, 14])
    assert np.array_equal(x, [5, 7])
