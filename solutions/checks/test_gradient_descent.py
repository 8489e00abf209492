import numpy as np
import pytest

from grader.checks import assert_close


def reached(result):
    """The point reached, where the path may have been returned beside it."""
    is_pair = isinstance(result, tuple | list) and len(result) == 2
    return result[0] if is_pair and isinstance(result[0], np.ndarray) else result


@pytest.mark.exercise("gradients.gradient_descent", points=2)
def test_random_hills(student, rng):
    """Random hills that are no bowls: x ends where their slopes lead."""
    for steps in 1, 4, int(rng.integers(6, 10)):
        start, weights, lr = rng.uniform(1, 2, size=3), rng.uniform(0.5, 1, size=3), rng.uniform(0.05, 0.2)
        x = reached(student.gradient_descent(lambda x, w=weights: np.sum(np.cos(w * x)), start, lr, steps))
        end = start
        for _ in range(steps):
            end = end + lr * weights * np.sin(weights * end)
        assert_close(x, end, rtol=1e-5, atol=1e-6)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_defaults(student, rng):
    """Without lr and step_num, 100 steps of lr 0.01 are taken."""
    weight, start = rng.uniform(0.5, 1), rng.uniform(1, 2, size=1)

    f = student.run("drivers/functions.py", "wave", weight)  # in the box: 200 calls of it would be a long way

    x = reached(student.gradient_descent(f, start))

    end = start
    for _ in range(100):
        end = end + 0.01 * weight * np.sin(weight * end)
    assert_close(x, end, rtol=1e-5)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_matrix(student, reference, rng):
    """A start that is a matrix works, on no mere bowl."""
    start, weights = rng.uniform(-1, 1, size=(2, 3)), rng.uniform(0.5, 1.5, size=3)

    def f(x):  # alike on all rows: chapter 4 has a numerical_gradient that asks for one row at a time
        return np.sum(np.cos(weights * x)) + np.sum(x[..., 0] * x[..., 2])

    x = reached(student.gradient_descent(f, start, 0.1, 6))

    assert_close(x, reference.gradient_descent(f, start, 0.1, 6), rtol=1e-5, atol=1e-6)
