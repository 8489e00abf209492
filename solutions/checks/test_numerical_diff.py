import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_random_cubics(student, rng):
    """Random cubics have the slope of algebra; left and right of a kink at x count alike."""
    for _ in range(5):
        a, b, c, d = rng.uniform(0.5, 2.0, size=4)
        x = float(rng.uniform(-2, 2))

        def f(z, a=a, b=b, c=c, d=d, x=x):
            return a * z**3 + b * z**2 + c * z + d * abs(z - x)

        assert_close(student.numerical_diff(f, x), 3 * a * x**2 + 2 * b * x + c, rtol=1e-5, atol=1e-5)


@pytest.mark.exercise("gradients.numerical_diff", points=1)
def test_kinds_of_numbers(student, rng):
    """x may be a whole number, negative, zero or a NumPy number."""
    for x in 3, -2, 0, np.float64(1.5), np.int64(2):
        a, b = rng.uniform(1.5, 2.5, size=2)
        slope = student.numerical_diff(lambda z, a=a, b=b, x=x: a * z + np.sin(z) + b * abs(z - x), x)
        assert_close(slope, a + np.cos(x), rtol=1e-5, atol=1e-6)
