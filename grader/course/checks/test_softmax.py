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
def test_large_scores(student):
    """Scores of 1000 do not overflow, whatever stands beside them."""
    y = student.softmax(np.array([[1000.0, 1001.0, 1000.0], [0.0, 1000.0, 0.0]]))

    assert_close(y, [[0.21194156, 0.57611688, 0.21194156], [0, 1, 0]], atol=1e-7)


@pytest.mark.exercise("activations.softmax", points=1)
def test_scores_stay(student):
    """The caller's array of scores is not changed."""
    x = np.log([[1.0, 3.0], [2.0, 2.0]])

    y = student.softmax(x)

    assert_unchanged(student.after(x), x, "x")
    assert_close(y, [[0.25, 0.75], [0.5, 0.5]])
