import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("activations.softmax", points=1)
def test_like_reference(student, reference, rng):
    """Scores of every shape and type come out like the reference."""
    for shape in [(1,), (5,), (1, 4), (6, 3), (3, 3), (2, 10)]:
        x = rng.normal(scale=5, size=shape)
        assert_close(student.softmax(x), reference.softmax(x))
    x = rng.integers(-5, 5, size=(4, 6))
    assert_close(student.softmax(x), reference.softmax(x))
    assert_close(student.softmax(x.T[::2]), reference.softmax(x.T[::2]))
    x = x.astype(np.float32)
    assert_close(student.softmax(x), reference.softmax(x), rtol=1e-4, atol=1e-6)
