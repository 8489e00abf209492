import numpy as np
import pytest

from grader.checks import assert_close, assert_unchanged

TOLERANCE = 1e-5  # a tiny constant inside the logarithm, or a limit on y, may change the loss by as much


def probabilities(rng, *shape):
    """Rows that sum to 1, without tiny numbers."""
    y = rng.uniform(0.2, 1.0, size=shape)
    return y / y.sum(axis=-1, keepdims=True)


@pytest.mark.exercise("losses.cross_entropy_error", points=2)
def test_one_hot(student, reference, rng):
    """Random one-hot labels cost what they should, in any shape."""
    for shape in [(5,), (1, 4), (6, 3), (3, 3), (2, 10)]:
        y = probabilities(rng, *shape)
        t = np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]
        assert_close(student.cross_entropy_error(y, t), reference.cross_entropy_error(y, t), atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=2)
def test_labels(student, reference, rng):
    """Random integer labels cost what they should, in any type."""
    for shape, dtype in [((1, 4), np.int64), ((6, 3), np.int32), ((3, 3), np.uint8), ((10, 10), np.int64)]:
        y, t = probabilities(rng, *shape), rng.integers(shape[1], size=shape[0]).astype(dtype)
        assert_close(student.cross_entropy_error(y, t), reference.cross_entropy_error(y, t), atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=1)
def test_types(student, reference, rng):
    """float32 outputs and uint8 labels work, and y and t stay."""
    y, t = probabilities(rng, 4, 6), np.eye(6, dtype=np.uint8)[rng.integers(6, size=4)]
    for a, b in [(y, t), (y.astype(np.float32), t), (y[::2], t[::2]), (y[0], t[0])]:
        assert_close(student.cross_entropy_error(a, b), reference.cross_entropy_error(a, b), rtol=1e-4, atol=TOLERANCE)
        assert_unchanged(student.after(a), a, "y")
        assert_unchanged(student.after(b), b, "t")


@pytest.mark.exercise("losses.cross_entropy_error", points=1)
def test_zeros_in_a_batch(student, rng):
    """Zeros in a batch leave the loss finite, in float32 too."""
    y = np.array([[1.0, 0.0, 0.0], [0.0, *probabilities(rng, 2)]])
    for impossible, possible in [(np.eye(3)[[1, 1]], np.eye(3)[[0, 1]]), (np.array([1, 1]), np.array([0, 1]))]:
        for dtype in np.float64, np.float32:
            loss = student.cross_entropy_error(y.astype(dtype), impossible)
            assert np.isfinite(loss), f"the loss is {loss}: keep the logarithm away from 0"
            assert loss > 5, f"the loss is {loss:.3g}; one impossible answer of two costs more than 5"
            loss = student.cross_entropy_error(y.astype(dtype), possible)
            assert_close(loss, -np.log(y[1, 1]) / 2, rtol=1e-4, atol=TOLERANCE)
