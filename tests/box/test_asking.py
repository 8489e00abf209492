"""A function that a check hands over is asked for what fits it, and for nothing else."""

import numpy as np
import pytest

from grader.box.asking import check_arguments, check_fit, kinds_of
from grader.box.events import Misasked

SLOPE = 3.0
ONE = {"a lambda": lambda x, slope=SLOPE: slope * x, "a ufunc": np.sin, "a NumPy function": np.prod, "a builtin": abs}
RIGHT = {"a number": 2, "an array": np.ones(10), "a NumPy number": np.float64(1.5), "a list": [0.5, [1, 2]]}
WRONG = {
    "two values": ((1, 2), {}, "number"),
    "no value": ((), {}, "number"),
    "a keyword of its own": ((1,), {"dtype": object}, "keyword"),
    "another array to write to": ((1,), {"out": np.ones(1)}, "keyword"),
    "what stays in the box": ((object(),), {}, "kind"),
    "a number of many digits": ((1 << 5000,), {}, "kind"),
    "such a number in a list": (([[1 << 5000]],), {}, "kind"),
    "a large array": ((np.ones(10_000),), {}, "size"),
    "many small ones": (([np.ones(100)] * 100,), {}, "size"),
}


@pytest.mark.parametrize("function", ONE)
@pytest.mark.parametrize("value", RIGHT)
def test_a_function_of_one_variable_is_asked_about_numbers_and_arrays(function, value):
    check_arguments(ONE[function], "", (RIGHT[value],), {}, entries=10)


@pytest.mark.parametrize("function", ONE)
@pytest.mark.parametrize("asked", WRONG)
def test_a_function_of_one_variable_is_not_asked_for_what_does_not_fit(function, asked):
    args, kwargs, why = WRONG[asked]

    with pytest.raises(Misasked) as caught:
        check_arguments(ONE[function], "", args, kwargs, entries=10)

    assert caught.value.why == why


def test_what_was_handed_in_may_be_asked_about_in_any_number_of_rows():
    check_arguments(np.sin, "", (np.ones((64, 784)),), {}, entries=784)


def test_a_reference_answer_takes_its_defaults_and_functions_too():
    def gradient_descent(f, init_x, lr=0.01, step_num=100): ...

    check_fit(gradient_descent, "gradient_descent", (abs, np.ones(2)), {"lr": 0.1}, defaults=True)
    with pytest.raises(Misasked):
        check_fit(gradient_descent, "gradient_descent", (abs,), {"init": np.ones(2)}, defaults=True)


def test_what_a_function_is_called_with_is_said_in_words():
    assert kinds_of((np.float64(2), np.ones((2, 3)), None), {"lr": [1]}) == (
        "one number and an array of shape (2, 3) and None and lr=a list"
    )
    assert kinds_of((), {}) == "nothing"
    assert kinds_of((np.array(1.0), "x", *range(9)), {}) == "one number and a text and one number and one number"
