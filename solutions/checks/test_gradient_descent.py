import numpy as np
import pytest

from grader.checks import assert_close, assert_unchanged


def reached(result):
    """The point reached, where the path may have been returned beside it."""
    return result[0] if isinstance(result, tuple) and len(result) == 2 else result


@pytest.mark.exercise("gradients.gradient_descent", points=2)
def test_random_bowls(student, rng):
    """Random bowls: x ends where algebra says."""
    for steps in 1, 4, 6:
        start, weights, lr = rng.uniform(1, 2, size=3), rng.uniform(0.5, 2, size=3), rng.uniform(0.05, 0.2)
        x = reached(student.gradient_descent(lambda x, w=weights: np.sum(w * x**2), start, lr=lr, step_num=steps))
        assert_close(x, (1 - 2 * lr * weights) ** steps * start, rtol=1e-5, atol=1e-7)
        assert_unchanged(student.after(start), start, "init_x")


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_defaults(student):
    """Without lr and step_num, 100 steps of lr 0.01 are taken."""
    start = np.array([10.0])
    f = student.run("drivers/functions.py", "sum_of_squares")

    x = reached(student.gradient_descent(f, start))

    assert_close(x, 0.98**100 * start, rtol=1e-5)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_matrix(student, reference, rng):
    """A start that is a matrix works, on no mere bowl."""
    start = rng.uniform(-1, 1, size=(2, 3))

    def f(x):
        return np.sum(np.cos(x)) + x[0, 0] * x[1, 2]

    x = reached(student.gradient_descent(f, start, 0.1, 4))

    assert_close(x, reference.gradient_descent(f, start, 0.1, 4), rtol=1e-5, atol=1e-6)
