import numpy as np
import pytest

from grader.checks import assert_close, assert_unchanged


def hill(rng, size):
    """Return a hill without a formula for its slide, cos(w x) and a tilt, and where n steps down it lead."""
    weights, tilt = rng.uniform(0.5, 1, size=size), rng.uniform(0.5, 1, size=size)

    def end(x, lr, steps):
        for _ in range(steps):
            x = x - lr * (tilt - weights * np.sin(weights * x))
        return x

    return lambda x: np.sum(np.cos(weights * x) + tilt * x), end


def reached(result):
    """The point reached, where the path may have been returned beside it."""
    is_pair = isinstance(result, tuple | list) and len(result) == 2
    return result[0] if is_pair and isinstance(result[0], np.ndarray) else result


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_book_values(student):
    """From [-3, 4], 100 steps of lr 0.1 lead to the minimum at [0, 0]."""
    f = student.run("drivers/functions.py", "sum_of_squares")  # in the box: 400 calls of it would be a long way

    x = reached(student.gradient_descent(f, np.array([-3.0, 4.0]), 0.1, 100))

    assert_close(x, [0, 0], atol=1e-6)


@pytest.mark.exercise("gradients.gradient_descent", points=3)
def test_single_steps(student, rng):
    """Each of step_num steps goes lr times the gradient downhill."""
    for steps, lr in [(1, 0.1), (2, 0.3), (int(rng.integers(5, 9)), 0.2)]:
        (f, end), start = hill(rng, 2), rng.uniform(2, 3, size=2)
        x = reached(student.gradient_descent(f, start, lr, steps))
        assert_close(x, end(start, lr, steps), rtol=1e-5, atol=1e-7)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_tiny_learning_rate(student, rng):
    """A tiny lr hardly moves x, but all step_num steps are taken."""
    (f, end), start = hill(rng, 1), rng.uniform(-3, -2, size=1)

    x = reached(student.gradient_descent(f, start, 1e-8, 20))

    assert_close((start - x) * 1e8, (start - end(start, 1e-8, 20)) * 1e8, rtol=1e-4)


@pytest.mark.exercise("gradients.gradient_descent", points=1)
def test_start_stays(student, rng):
    """The caller's init_x keeps its values."""
    (f, end), start = hill(rng, 3), rng.uniform(-3, -2, size=3)

    x = reached(student.gradient_descent(f, start, 0.25, 5))

    assert_unchanged(student.after(start).round(9), start.round(9), "init_x")  # + h - 2h + h may leave a rounding error
    assert_close(x, end(start, 0.25, 5), rtol=1e-5, atol=1e-7)
