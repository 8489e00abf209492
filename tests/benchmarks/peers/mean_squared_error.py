"""What is asked of mean_squared_error, in plain asserts."""

import numpy as np


def test_book_values(mean_squared_error):
    t = np.array([0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    loss = mean_squared_error(np.array([0.1, 0.05, 0.6, 0.0, 0.05, 0.1, 0.0, 0.1, 0.0, 0.0]), t)
    assert np.allclose(loss, 0.0975)
    loss = mean_squared_error(np.array([0.1, 0.05, 0.1, 0.0, 0.05, 0.1, 0.0, 0.6, 0.0, 0.0]), t)
    assert np.allclose(loss, 0.5975)


def test_one_entry_off(mean_squared_error):
    for classes in 3, 10:
        t = np.eye(classes)[1]
        for d in 0.5, -2.0:
            y = t.copy()
            y[0] += d
            assert np.allclose(mean_squared_error(y, t), d * d / 2)


def test_entries_add_up(mean_squared_error):
    y, t = np.random.default_rng(0).normal(size=4), np.array([0.0, 1.0, 0.0, 0.0])
    assert np.allclose(mean_squared_error(y, t), sum(d * d / 2 for d in y - t))
