import numpy as np
import pytest

from grader.checks import assert_close

TOLERANCE = 1e-5  # a tiny constant inside the logarithm, or a limit on y, may change the loss by as much


def probabilities(rng, *shape):
    """Rows that sum to 1, without tiny numbers."""
    y = rng.uniform(0.2, 1.0, size=shape)
    return y / y.sum(axis=-1, keepdims=True)


def batch(rng):
    """Probabilities and labels of a batch, and what it costs."""
    samples, classes = rng.choice([[4, 3], [5, 3], [6, 4], [4, 5]])
    y, labels = probabilities(rng, samples, classes), rng.integers(classes, size=samples)
    return y, labels, -np.mean([np.log(row[label]) for row, label in zip(y, labels, strict=True)])


@pytest.mark.exercise("losses.cross_entropy_error", points=1)
def test_book_values(student):
    """The book's two samples cost 0.5108 and 2.3026."""
    t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])

    loss = student.cross_entropy_error(np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]), t)
    assert_close(loss, 0.510825457099338, atol=TOLERANCE)
    loss = student.cross_entropy_error(np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0]), t)
    assert_close(loss, 2.302584092994546, atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=2)
def test_batch_is_averaged(student, rng):
    """A batch costs the mean over its samples, with one-hot labels."""
    for _ in range(2):
        y, labels, right = batch(rng)
        assert_close(student.cross_entropy_error(y, np.eye(y.shape[1])[labels]), right, atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=3)
def test_integer_labels(student, rng):
    """Integer labels of a batch mean the same as one-hot labels."""
    for _ in range(2):
        y, labels, right = batch(rng)
        assert_close(student.cross_entropy_error(y, labels), right, atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=1)
def test_as_many_samples_as_classes(student, rng):
    """Integer labels work as well where N = K, and nothing broadcasts."""
    y, labels = probabilities(rng, 5, 5), rng.permutation(5)

    loss = student.cross_entropy_error(y, labels)

    assert_close(loss, -np.mean(np.log(y[np.arange(5), labels])), atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=1)
def test_one_sample_is_no_batch(student, rng):
    """One sample costs the same alone as in a batch of one."""
    y = probabilities(rng, 3)

    for label in range(3):
        t, right = np.eye(3)[label], -np.log(y[label])
        assert_close(student.cross_entropy_error(y, t), right, atol=TOLERANCE)
        assert_close(student.cross_entropy_error(y.reshape(1, 3), t.reshape(1, 3)), right, atol=TOLERANCE)


@pytest.mark.exercise("losses.cross_entropy_error", points=1)
def test_zero_probability(student, rng):
    """Probability 0 for the right class costs much, never inf or nan; for another one, nothing."""
    y = np.append(probabilities(rng, 2), 0.0)

    loss = student.cross_entropy_error(y, np.array([0, 0, 1]))

    assert np.isfinite(loss), f"the loss is {loss}: keep the logarithm away from 0"
    assert loss > 10, f"the loss is {loss:.3g}; an impossible answer costs more than 10"
    assert_close(student.cross_entropy_error(y, np.array([1, 0, 0])), -np.log(y[0]), atol=TOLERANCE)
