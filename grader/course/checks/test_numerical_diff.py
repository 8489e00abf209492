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
def test_curved_function(student):
    """The slope of exp(3x) is 3 exp(3x), so the step fits."""
    for x in -0.5, 0.5, 1.0:
        assert_close(student.numerical_diff(lambda x: np.exp(3 * x), x), 3 * np.exp(3 * x), rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_both_sides(student):
    """f is asked on both sides of x, equally far away."""
    points = []

    def f(x):
        points.append(x)
        return x**3

    student.numerical_diff(f, 2.0)

    assert points, "f was never called; its values left and right of x are needed"
    steps = np.array(points) - 2.0
    assert steps.min() < 0 < steps.max(), "f was asked on one side of x only; a central difference needs both"
    assert abs(steps.min() + steps.max()) < 1e-9, "the two points are not equally far from x"
