"""What is asked of gradient_descent, in plain asserts."""

import numpy as np


def sum_of_squares(x):
    return np.sum(x**2)


def reached(result):
    return result[0] if isinstance(result, tuple) and len(result) == 2 else result


def test_book_values(gradient_descent):
    x = reached(gradient_descent(sum_of_squares, np.array([-3.0, 4.0]), lr=0.1, step_num=100))
    assert np.allclose(x, [0, 0], atol=1e-6)


def test_single_steps(gradient_descent):
    start = np.array([1.0, -2.0])
    for steps, lr in [(1, 0.1), (2, 0.1), (3, 0.3)]:
        x = reached(gradient_descent(sum_of_squares, start, lr=lr, step_num=steps))
        assert np.allclose(x, (1 - 2 * lr) ** steps * start)


def test_tiny_learning_rate(gradient_descent):
    start = np.array([2.0])
    x = reached(gradient_descent(sum_of_squares, start, lr=1e-9, step_num=20))
    assert np.allclose((start - x) * 1e9, 20 * 2 * start, rtol=1e-4)


def test_start_stays(gradient_descent):
    start = np.array([0.5, 1.5, -1.0])
    x = reached(gradient_descent(sum_of_squares, start, lr=0.25, step_num=2))
    assert np.array_equal(start, [0.5, 1.5, -1.0])
    assert np.allclose(x, start / 4)
