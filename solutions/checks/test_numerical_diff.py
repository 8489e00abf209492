import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_random_cubics(student, rng):
    """Random cubic functions have the slope of algebra."""
    for _ in range(5):
        a, b, c = rng.uniform(0.5, 2.0, size=3)
        x = float(rng.uniform(-2, 2))
        slope = student.numerical_diff(lambda x, a=a, b=b, c=c: a * x**3 + b * x**2 + c * x, x)
        assert_close(slope, 3 * a * x**2 + 2 * b * x + c, rtol=1e-5, atol=1e-5)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_kinds_of_numbers(student, rng):
    """x may be a whole number, negative, zero or a NumPy number."""
    a = rng.uniform(1, 2)
    for x in 3, -2, 0, np.float64(1.5), np.int64(2):
        slope = student.numerical_diff(lambda x: a * x + np.sin(x), x)
        assert_close(slope, a + np.cos(x), rtol=1e-5, atol=1e-6)
