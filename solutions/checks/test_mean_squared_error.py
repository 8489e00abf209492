import numpy as np
import pytest

from grader.checks import assert_close, assert_unchanged


@pytest.mark.exercise("losses.mean_squared_error", points=2)
def test_random_outputs(student, reference, rng):
    """Random outputs of any length cost what they should."""
    for classes in 1, 2, 7, 10:
        y, t = rng.uniform(size=classes), np.eye(classes)[rng.integers(classes)]
        assert_close(student.mean_squared_error(y, t), reference.mean_squared_error(y, t), rtol=1e-5)


@pytest.mark.exercise("losses.mean_squared_error", points=2)
def test_types_and_shapes(student, reference, rng):
    """Integers, float32 and matrices work, and y and t stay."""
    y, t = rng.uniform(size=(4, 3)), np.eye(3)[[0, 2, 1, 1]]
    for a, b in [(y, t), (y.T, t.T), (y, t.astype(np.uint8)), (t.astype(int), np.flip(t).astype(int))]:
        assert_close(student.mean_squared_error(a, b), reference.mean_squared_error(a, b), rtol=1e-5)
        assert_unchanged(student.after(a), a, "y")
        assert_unchanged(student.after(b), b, "t")
    y = y.astype(np.float32)
    assert_close(student.mean_squared_error(y, t), reference.mean_squared_error(y, t), rtol=1e-4)
