import pytest

from grader.checks import assert_close


@pytest.mark.exercise("arithmetic.double", points=1)
def test_like_reference(student, reference, rng):
    """It agrees with the reference."""
    x = rng.normal(size=5)

    assert_close(student.double(x), reference.double(x))


@pytest.mark.exercise("arithmetic.quadruple", points=1)
def test_scalar(student):
    """quadruple(3) is 12."""
    assert_close(student.quadruple(3), 12)
