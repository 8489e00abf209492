import numpy as np
import pytest

from grader.checks import assert_close


def curved(rng):
    """Return f, x and the slope there; f has a kink at x, where a one-sided difference is far off."""
    a, b, c, d, e, kink = rng.uniform([1, 1, 0.05, 2, 0.1, 0.5], [2, 2, 0.1, 3, 0.5, 2]).tolist()
    x = float(rng.uniform(0.2, 1.2))

    def f(z):
        return a * np.exp(b * z) + c * np.sin(d * z) + e * z**2 + kink * abs(z - x)

    return f, x, a * b * np.exp(b * x) + c * d * np.cos(d * x) + 2 * e * x


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_book_values(student):
    """The slope of 0.01 x^2 + 0.1 x is 0.2 at 5 and 0.3 at 10."""

    def f(x):
        return 0.01 * x**2 + 0.1 * x

    assert_close(student.numerical_diff(f, 5), 0.2)
    assert_close(student.numerical_diff(f, 10), 0.3)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_curved_function(student, rng):
    """The slope of curved functions is right; left and right of a kink at x count alike."""
    for _ in range(3):
        f, x, slope = curved(rng)
        assert_close(student.numerical_diff(f, x), slope, rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_both_sides(student, rng):
    """f is asked on both sides of x, equally far away, and both values count."""
    (value, x, right), points = curved(rng), []

    def f(x):
        points.append(x)
        return value(x)

    slope = student.numerical_diff(f, x)

    assert points, "f was never called; its values left and right of x are needed"
    steps = np.array(points) - x
    assert steps.min() < 0 < steps.max(), "f was asked on one side of x only; a central difference needs both"
    assert abs(steps.min() + steps.max()) < 1e-9, "the two points are not equally far from x"
    assert_close(slope, right, rtol=1e-5)
