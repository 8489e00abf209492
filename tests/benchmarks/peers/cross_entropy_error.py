"""What is asked of cross_entropy_error, in plain asserts."""

import numpy as np


def probabilities(*shape):
    y = np.random.default_rng(0).uniform(0.2, 1.0, size=shape)
    return y / y.sum(axis=-1, keepdims=True)


def mean_of_logs(y, labels):
    return -np.mean([np.log(row[label]) for row, label in zip(y, labels, strict=True)])


def test_book_values(cross_entropy_error):
    t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    loss = cross_entropy_error(np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]), t)
    assert np.allclose(loss, 0.510825457099338, atol=1e-5)
    loss = cross_entropy_error(np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0]), t)
    assert np.allclose(loss, 2.302584092994546, atol=1e-5)


def test_batch_is_averaged(cross_entropy_error):
    y, labels = probabilities(4, 3), [2, 0, 1, 1]
    assert np.allclose(cross_entropy_error(y, np.eye(3)[labels]), mean_of_logs(y, labels), atol=1e-5)


def test_integer_labels(cross_entropy_error):
    y, labels = probabilities(5, 3), np.array([2, 0, 1, 1, 2])
    assert np.allclose(cross_entropy_error(y, labels), mean_of_logs(y, labels), atol=1e-5)


def test_as_many_samples_as_classes(cross_entropy_error):
    y = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])
    loss = cross_entropy_error(y, np.array([0, 1, 2]))
    assert np.allclose(loss, -(np.log(0.7) + np.log(0.8) + np.log(0.6)) / 3, atol=1e-5)


def test_one_sample_is_no_batch(cross_entropy_error):
    y, t = np.array([0.5, 0.25, 0.25]), np.array([0, 1, 0])
    assert np.allclose(cross_entropy_error(y, t), np.log(4.0), atol=1e-5)
    assert np.allclose(cross_entropy_error(y.reshape(1, 3), t.reshape(1, 3)), np.log(4.0), atol=1e-5)


def test_zero_probability(cross_entropy_error):
    loss = cross_entropy_error(np.array([0.0, 1.0]), np.array([1, 0]))
    assert np.isfinite(loss)
    assert loss > 10
