import numpy as np
import pytest

from grader.checks import StudentRaised, assert_close, assert_unchanged


def bowl(x):
    """x0^2 + x1^2, the book's function."""
    return x[0] ** 2 + x[1] ** 2


def curved(a, b):
    """Return f, a x0^2 x1 + b x1^3, and its gradient: each slope depends on the other coordinate."""
    return (
        lambda x: a * x[0] ** 2 * x[1] + b * x[1] ** 3,
        lambda x: [2 * a * x[0] * x[1], a * x[0] ** 2 + 3 * b * x[1] ** 2],
    )


@pytest.mark.exercise("gradients.numerical_gradient", points=2)
def test_book_values(student):
    """x0^2 + x1^2 has the gradients [6, 8], [0, 4] and [6, 0]."""
    assert_close(student.numerical_gradient(bowl, np.array([3.0, 4.0])), [6, 8], atol=1e-6)
    assert_close(student.numerical_gradient(bowl, np.array([0.0, 2.0])), [0, 4], atol=1e-6)
    assert_close(student.numerical_gradient(bowl, np.array([3.0, 0.0])), [6, 0], atol=1e-6)


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_curved_function(student, rng):
    """a x0^2 x1 + b x1^3 has the gradient [2a x0 x1, a x0^2 + 3b x1^2]."""
    (f, slopes), x = curved(*rng.uniform(1, 2, size=2)), rng.uniform(3, 4, size=2)

    assert_close(student.numerical_gradient(f, x), slopes(x))


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_one_coordinate_at_a_time(student, rng):
    """f is asked left and right of x, along one coordinate at a time; only differences count."""
    (value, _), x, points = curved(*rng.uniform(1, 2, size=2)), rng.uniform(3, 4, size=2), []

    def f(x):
        points.append(x.copy())  # the same array may come again, with other values
        return value(x)

    gradient = student.numerical_gradient(f, x)

    assert points, "f was never called; its values around x are needed"
    steps = (np.array(points) - x).round(12)  # + h - 2h + h may leave a rounding error
    assert (np.count_nonzero(steps, axis=1) <= 1).all(), "f was asked at a point that differs from x in two coordinates"
    both = (steps.min(axis=0) < 0) & (steps.max(axis=0) > 0)
    assert both.all(), f"along coordinate {both.argmin()}, f was not asked on both sides of x"
    assert np.abs(steps.min(axis=0) + steps.max(axis=0)).max() < 1e-9, "the two points are not equally far from x"
    assert np.shape(gradient) == x.shape, f"the gradient has shape {np.shape(gradient)}, and x itself {x.shape}"
    assert np.all(np.not_equal(gradient, 0)), "f rises along both coordinates, and a slope of 0 came back"
    other = student.numerical_gradient(lambda x: 3 * f(x) + 2, x)
    assert_close(other, 3 * gradient, rtol=1e-5, part="the gradient of 3 f + 2")


@pytest.mark.exercise("gradients.numerical_gradient", points=2)
def test_x_is_put_back(student, rng):
    """After the call, x holds the values it had before."""
    x, weights = rng.uniform(1, 3, size=2), rng.uniform(1, 2, size=2)

    gradient = student.numerical_gradient(lambda x: np.sum(weights * x**2), x)

    assert_unchanged(student.after(x).round(9), x.round(9), "x")  # + h - 2h + h may leave a rounding error
    assert_close(gradient, 2 * weights * x)


@pytest.mark.exercise("gradients.numerical_gradient", points=2)
def test_matrix(student, rng):
    """On a matrix, every entry gets its own slope."""
    x, weights = rng.uniform(1, 2, size=(2, 3)), rng.uniform(1, 7, size=(2, 3))

    gradient = student.numerical_gradient(lambda x: np.sum(weights * x**2), x)

    assert_close(gradient, 2 * weights * x, rtol=1e-5)


@pytest.mark.exercise("gradients.numerical_gradient", points=1)
def test_integers(student, rng):
    """An array of integers is computed in floats, or refused by an error."""
    x, weights = rng.integers(2, 9, size=2), rng.uniform(1, 2, size=2)

    def f(x):
        return np.sum(weights * x**2)

    assert_close(student.numerical_gradient(f, x.astype(float)), 2 * weights * x, rtol=1e-5)
    try:
        gradient = student.numerical_gradient(f, x)
    except StudentRaised as error:
        if not {"TypeError", "ValueError"} & set(error.kinds):
            raise
    else:
        assert_close(gradient, 2 * weights * x, rtol=1e-5)
        assert_unchanged(student.after(x), x, "x")
