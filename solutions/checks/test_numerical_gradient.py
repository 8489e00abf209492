import numpy as np
import pytest

from grader.checks import StudentRaised, assert_close, assert_unchanged


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
@pytest.mark.parametrize("shape", [(1,), (7,), (3, 3), (2, 1, 4)], ids="shape {}".format)
def test_shapes(student, rng, shape):
    """Sines have cosines as slopes; left and right of a kink at x count alike."""
    x, weights, kinks = (rng.uniform(low, high, size=shape) for low, high in [(-1, 1), (1, 3), (0.5, 2)])

    gradient = student.numerical_gradient(lambda z: np.sum(weights * np.sin(z) + kinks * np.abs(z - x)), x)

    assert_close(gradient, weights * np.cos(x), rtol=1e-5)
    assert_unchanged(student.after(x).round(9), x.round(9), "x")


@pytest.mark.aside
@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_integer_matrix(student, rng):
    """A matrix of integers is computed in floats, or refused."""
    for dtype in np.int64, np.int32:
        x, weights = rng.integers(1, 9, size=(2, 3)).astype(dtype), rng.uniform(1, 2, size=(2, 3))

        def f(z, weights=weights, x=x):
            return np.sum(weights * z**3 + 9 * np.abs(z - x))

        assert_close(student.numerical_gradient(f, x.astype(float)), 3 * weights * x**2, rtol=1e-5)
        try:
            gradient = student.numerical_gradient(f, x)
        except StudentRaised as error:
            if not {"TypeError", "ValueError"} & set(error.kinds):
                raise
        else:
            assert_close(gradient, 3 * weights * x**2, rtol=1e-5)
            assert_unchanged(student.after(x), x, "x")


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_mixed_terms(student, rng):
    """Slopes that depend on all coordinates come out right."""
    x, a, b = rng.uniform(1, 2, size=4), *rng.uniform(1, 2, size=2)

    gradient = student.numerical_gradient(lambda z: a * np.prod(z) + b * np.sum(np.abs(z - x)), x)

    assert_close(gradient, a * np.prod(x) / x, rtol=1e-5)
