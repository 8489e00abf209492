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
    """One entry off by d costs d * d / 2, and each further one off by e costs e * e / 2 more."""
    for classes in 4, 10:
        t = np.eye(classes)[rng.integers(classes)]
        y, loss = t.copy(), 0.0
        for entry in rng.permutation(classes)[:4]:
            d = rng.choice([-1, 1]) * rng.uniform(0.5, 2)
            y[entry] += d
            loss += d * d / 2
            assert_close(student.mean_squared_error(y, t), loss, rtol=1e-5)


@pytest.mark.exercise("losses.mean_squared_error", points=2)
def test_entries_add_up(student, rng):
    """What single entries cost adds up, whatever their sign."""
    y, t = rng.normal(size=6), np.eye(6)[rng.integers(6)]

    loss = student.mean_squared_error(y, t)

    assert_close(loss, sum(d * d / 2 for d in y - t), rtol=1e-5)
