import numpy as np
import pytest

from grader.checks import Mismatch, StudentRaised, assert_close, assert_unchanged


def bowl(x):
    """x0^2 + x1^2, the book's function."""
    return x[0] ** 2 + x[1] ** 2


def mixture(rng, x, together=1.0):
    """Return f and its gradient at x. A one-sided difference is far off; each slope depends on all coordinates.

    f(z) = sum(w z + a sin(b z)) + exp(sum(c z)) + sum(k |z - x|)
    """
    w, a, b, c, k = (
        rng.uniform(low, high, size=x.shape)
        for low, high in zip([2, 0.2, 1, 0.1, 0.5], [3, 0.5, 2, 0.3, 2], strict=True)
    )
    c *= together  # 0: each slope depends on its own coordinate alone

    def f(z):
        return np.sum(w * z + a * np.sin(b * z)) + np.exp(np.sum(c * z)) + np.sum(k * np.abs(z - x))

    return f, w + a * b * np.cos(b * x) + c * np.exp(np.sum(c * x))


@pytest.mark.exercise("gradients.numerical_gradient", points=2)
def test_book_values(student):
    """x0^2 + x1^2 has the gradients [6, 8], [0, 4] and [6, 0]."""
    assert_close(student.numerical_gradient(bowl, np.array([3.0, 4.0])), [6, 8], atol=1e-6)
    assert_close(student.numerical_gradient(bowl, np.array([0.0, 2.0])), [0, 4], atol=1e-6)
    assert_close(student.numerical_gradient(bowl, np.array([3.0, 0.0])), [6, 0], atol=1e-6)


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_curved_function(student, rng):
    """Slopes that depend on all coordinates come out right; both sides of a kink count alike."""
    x = rng.uniform(1, 4, size=3)
    f, slopes = mixture(rng, x)

    assert_close(student.numerical_gradient(f, x), slopes, rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_one_coordinate_at_a_time(student, rng):
    """f is asked left and right of x, along one coordinate at a time, and both values count."""
    x, points = rng.uniform(3, 4, size=2), []
    value, slopes = mixture(rng, x)

    def f(x):
        points.append(x.copy())  # the same array may come again, with other values
        return value(x)

    gradient = student.numerical_gradient(f, x)

    assert points, "f was never called; its values around x are needed"
    steps = (np.array(points) - x).round(12)  # + h - 2h + h may leave a rounding error
    assert (np.count_nonzero(steps, axis=1) <= 1).all(), "f was asked at a point that differs from x in two coordinates"
    both = (steps.min(axis=0) < 0) & (steps.max(axis=0) > 0)
    assert both.all(), f"along coordinate {both.argmin()}, f was not asked on both sides of x"
    assert np.abs(steps.min(axis=0) + steps.max(axis=0)).max() < 1e-9, "the two points are not equally far from x"
    assert_close(gradient, slopes, rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_gradient", points=2)
def test_x_is_put_back(student, rng):
    """After the call, x holds the values it had before."""
    x = rng.uniform(1, 3, size=2)
    f, slopes = mixture(rng, x)

    gradient = student.numerical_gradient(f, x)

    assert_unchanged(student.after(x).round(9), x.round(9), "x")  # + h - 2h + h may leave a rounding error
    assert_close(gradient, slopes, rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_gradient", points=2)
def test_matrix(student, rng):
    """On a matrix, every entry gets its own slope."""
    x = rng.uniform(1, 2, size=(2, 3))
    f, slopes = mixture(rng, x, together=0.0)

    assert_close(student.numerical_gradient(f, x), slopes, rtol=1e-5)


def assert_same_slopes(gradient, slopes):
    """Demand the slopes that came out where x held floats."""
    try:
        assert_close(gradient, slopes, rtol=1e-5)
    except Mismatch:
        pytest.fail("the slopes are right for floats, and wrong for integers: no array of integers can hold x + h")


@pytest.mark.aside
@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_integers(student, rng):
    """An array of integers is computed in floats, or refused by an error."""
    x = rng.integers(2, 9, size=2)
    f, slopes = mixture(rng, x)

    assert_close(student.numerical_gradient(f, x.astype(float)), slopes, rtol=1e-5)
    try:
        gradient = student.numerical_gradient(f, x)
    except StudentRaised as error:
        if not {"TypeError", "ValueError"} & set(error.kinds):
            raise
    else:
        assert_same_slopes(gradient, slopes)
        assert_unchanged(student.after(x), x, "x")
