import numpy as np
import pytest

from grader.checks import assert_close


@pytest.mark.exercise("losses.mean_squared_error", points=2)
def test_book_values(student):
    """The book's two outputs cost 0.0975 and 0.5975."""
    t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])

    loss = student.mean_squared_error(np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]), t)
    assert_close(loss, 0.0975, rtol=1e-5)
    loss = student.mean_squared_error(np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0]), t)
    assert_close(loss, 0.5975, rtol=1e-5)


@pytest.mark.exercise("losses.mean_squared_error", points=2)
def test_one_entry_off(student, rng):
    """One entry off by d costs d * d / 2, and another one off by e costs e * e / 2 more."""
    for classes in 3, 10:
        t = np.eye(classes)[1]
        d, e = rng.uniform(0.5, 2), rng.uniform(-3, -2)
        first, second = rng.permutation(classes)[:2]
        y = t.copy()
        y[first] += d
        assert_close(student.mean_squared_error(y, t), d * d / 2, rtol=1e-5)
        y[second] += e
        assert_close(student.mean_squared_error(y, t), (d * d + e * e) / 2, rtol=1e-5)


@pytest.mark.exercise("losses.mean_squared_error", points=2)
def test_entries_add_up(student, rng):
    """What single entries cost adds up, whatever their sign."""
    y, t = rng.normal(size=4), np.array([0.0, 1.0, 0.0, 0.0])

    loss = student.mean_squared_error(y, t)

    assert_close(loss, sum(d * d / 2 for d in y - t), rtol=1e-5)
