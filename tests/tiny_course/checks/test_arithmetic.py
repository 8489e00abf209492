import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("arithmetic.double", points=1)
def test_two(student):
    """double(2) is 4."""
    assert_close(student.double(2), 4)


@pytest.mark.exercise("arithmetic.double", points=1)
def test_array(student, rng):
    """Every element is doubled."""
    x = rng.normal(size=3)

    assert_close(student.double(x), 2 * x)


@pytest.mark.exercise("arithmetic.quadruple", points=1)
def test_quadruple(student):
    """quadruple([1, 2]) is [4, 8]."""
    assert_close(student.quadruple(np.array([1.0, 2.0])), [4, 8])
