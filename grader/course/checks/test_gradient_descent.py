import numpy as np
import pytest

from grader.checks import assert_close, assert_unchanged


def bowl(x):
    """The sum of squares: its gradient is 2x, so a step turns x into (1 - 2 lr) x."""
    return np.sum(x**2)


def reached(result):
    """The point reached, where the path may have been returned beside it."""
    return result[0] if isinstance(result, tuple) and len(result) == 2 else result


@pytest.mark.exercise("gradients.gradient_descent", points=2)
def test_book_values(student):
    """From [-3, 4], 100 steps of lr 0.1 lead to the minimum at [0, 0]."""
    f = student.run("drivers/functions.py", "sum_of_squares")  # in the box: 400 calls of it would be a long way

    x = reached(student.gradient_descent(f, np.array([-3.0, 4.0]), lr=0.1, step_num=100))

    assert_close(x, [0, 0], atol=1e-6)


@pytest.mark.exercise("gradients.gradient_descent", points=2)
def test_single_steps(student):
    """Each of step_num steps goes lr times the gradient downhill."""
    start = np.array([1.0, -2.0])
    for steps, lr in [(1, 0.1), (2, 0.1), (3, 0.3)]:
        x = reached(student.gradient_descent(bowl, start, lr=lr, step_num=steps))
        assert_close(x, (1 - 2 * lr) ** steps * start, rtol=1e-5)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_tiny_learning_rate(student):
    """A tiny lr hardly moves x, but all step_num steps are taken."""
    start = np.array([2.0])

    x = reached(student.gradient_descent(bowl, start, lr=1e-9, step_num=20))

    assert_close((start - x) * 1e9, 20 * 2 * start, rtol=1e-4)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_start_stays(student):
    """The caller's init_x keeps its values."""
    start = np.array([0.5, 1.5, -1.0])

    x = reached(student.gradient_descent(bowl, start, lr=0.25, step_num=2))

    assert_unchanged(student.after(start), start, "init_x")
    assert_close(x, start / 4, rtol=1e-5)
