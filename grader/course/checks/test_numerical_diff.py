import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_book_values(student):
    """The slope of 0.01 x^2 + 0.1 x is 0.2 at 5 and 0.3 at 10."""

    def f(x):
        return 0.01 * x**2 + 0.1 * x

    assert_close(student.numerical_diff(f, 5), 0.2)
    assert_close(student.numerical_diff(f, 10), 0.3)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_curved_function(student, rng):
    """The slope of exp(ax) is a exp(ax), so the step fits."""
    for a, x in rng.uniform([2, -0.5], [3, 1], size=(3, 2)):
        assert_close(student.numerical_diff(lambda x, a=a: np.exp(a * x), float(x)), a * np.exp(a * x), rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_both_sides(student, rng):
    """f is asked on both sides of x, equally far away; only differences count."""
    (a, b, x), points = rng.uniform(1, 3, size=3).tolist(), []

    def f(x):
        points.append(x)
        return a * x**3 + b * x

    slope = student.numerical_diff(f, x)

    assert points, "f was never called; its values left and right of x are needed"
    steps = np.array(points) - x
    assert steps.min() < 0 < steps.max(), "f was asked on one side of x only; a central difference needs both"
    assert abs(steps.min() + steps.max()) < 1e-9, "the two points are not equally far from x"
    assert slope != 0, "f rises at x, and a slope of 0 came back"
    other = student.numerical_diff(lambda x: a * f(x) + b, x)
    assert_close(other, a * slope, rtol=1e-5, part="the slope of a f + b")
