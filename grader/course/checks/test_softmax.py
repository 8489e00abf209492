import numpy as np
import pytest

from grader.checks import assert_close, assert_unchanged


@pytest.mark.exercise("activations.softmax", points=1)
def test_book_values(student):
    """The book's scores 0.3, 2.9, 4.0 become 0.018, 0.245, 0.737."""
    y = student.softmax(np.array([0.3, 2.9, 4.0]))

    assert_close(y, [0.01821127, 0.24519181, 0.73659691], atol=1e-7)


@pytest.mark.exercise("activations.softmax", points=1)
def test_rows_of_a_batch(student, rng):
    """In a batch, every row sums to 1 and is the softmax of that row."""
    x = rng.normal(size=(4, 3))

    y = student.softmax(x)

    assert_close(y.sum(axis=1), np.ones(4), part="the sums of the rows")
    assert_close(y / y[:, :1], np.exp(x - x[:, :1]), part="y / y[:, :1]")  # two scores decide their ratio


@pytest.mark.exercise("activations.softmax", points=1)
def test_large_scores(student, rng):
    """Scores of 1000 do not overflow."""
    x, alone, batch = 1000 + rng.normal(size=4), np.eye(4)[rng.integers(4)], 1000 + rng.normal(size=(2, 4))

    y = student.softmax(x)

    assert_close(y.sum(), 1.0, part="the sum")
    assert_close(y / y[0], np.exp(x - x[0]), part="y / y[0]")
    assert_close(student.softmax(1000 * alone), alone, atol=1e-7)
    assert np.isfinite(student.softmax(np.concatenate([batch, -batch]))).all(), "a batch with scores of 1000 overflows"


@pytest.mark.exercise("activations.softmax", points=1)
def test_scores_stay(student, rng):
    """The caller's array of scores is not changed."""
    parts = rng.uniform(1, 3, size=(2, 4))
    x = np.log(parts)

    y = student.softmax(x)

    assert_unchanged(student.after(x), x, "x")
    assert_close(y, parts / parts.sum(axis=1, keepdims=True))
