"""How a wrong array is named."""

import numpy as np
import pytest

from grader.judging.compare import (
    Mismatch,
    assert_close,
    assert_gradients_close,
    assert_unchanged,
    call_text,
    central_difference,
    gradient_error,
)
from grader.model import Finding
from grader.report.wording import sentence

A = np.array([[1.0, 2.0], [3.0, 5.0]])
WRONG = {
    "nothing": (None, A, "the result returned nothing; an array is asked for"),
    "a list": (A.tolist(), A, "the result returned list; an array is asked for"),
    "a number for an array": (3.0, A, "the result returned float; an array is asked for"),
    "transposed shape": (np.ones((3, 2)), np.ones((2, 3)), "the result has shape (3, 2), not (2, 3): transposed"),
    "extra axis": (A[None], A, "the result has shape (1, 2, 2), not (2, 2): an axis too many"),
    "not summed": (A, 1.0, "the result has shape (2, 2), not one number: not added up to one number"),
    "bool": (A > 0, A, "the result holds bool, not real numbers"),
    "nan": (A * np.nan, A, "the result is nan where a number is expected"),
    "factor": (A / 2, A, "the result is exactly 2 times too small"),
    "odd factor": (A * 1.4427, A, "the result is 1.4427 times too large"),
    "sign": (-A, A, "the result has the wrong sign"),
    "negative factor": (-3 * A, A, "the result is exactly 3 times too large and has the wrong sign"),
    "offset": (A + 0.5, A, "the result is off by 0.5 everywhere"),
    "transposed": (A.T, A, "the result is transposed"),
    "permuted": (A[::-1], A, "the result has the right numbers in the wrong places"),
    "nearly": (A + [[1e-4, 0], [0, 0]], A, "the result is close, but off by up to 0.0001 of the value"),
    "one element": (A + [[0, 0], [0, 3]], A, "the result: 1 of 4 elements differ, most at [1, 1]"),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_way_to_be_wrong_is_named(case):
    actual, expected, words = WRONG[case]

    with pytest.raises(Mismatch) as raised:
        assert_close(actual, expected)

    assert sentence(Finding(raised.value.kind, raised.value.values)) == words


@pytest.mark.parametrize(
    "actual",
    [0.0975, np.float64(0.0975), np.array(0.0975), np.float32(0.0975), np.float32(0.0975) * (1 + np.float32(3e-7))],
)
def test_a_right_number_of_any_kind_is_right(actual):
    assert_close(actual, 0.0975)


def test_integers_that_are_right_are_right():
    assert_close(np.array([6, 8]), [6.0, 8.0])


def test_float64_is_not_given_the_rounding_of_float32():
    with pytest.raises(Mismatch):
        assert_close(np.float64(0.0975) * (1 + 3e-6), 0.0975)


def test_infinity_does_not_slip_through():
    with pytest.raises(Mismatch):
        assert_close(np.array([1.0, np.inf]), np.array([1.0, 2.0]))


def test_evidence_is_a_window_of_three_by_six_around_the_worst_element():
    expected = np.arange(5000.0).reshape(100, 50)
    actual = expected.copy()
    actual[60, 40] += 1000

    with pytest.raises(Mismatch) as raised:
        assert_close(actual, expected)

    assert raised.value.values["at"] == "[60, 40]"
    assert raised.value.expected == (
        "2987 2988 2989 2990 2991 2992",
        "3037 3038 3039 3040 3041 3042",
        "3087 3088 3089 3090 3091 3092",
    )
    assert raised.value.yours[1:3] == ("3037 3038 3039 4040 3041 3042", "               ^^^^")


def test_digits_are_enough_to_see_the_difference():
    with pytest.raises(Mismatch) as raised:
        assert_close(1.000001, 1.00000311)

    assert raised.value.expected != raised.value.yours


def test_a_changed_argument_is_named():
    with pytest.raises(Mismatch) as raised:
        assert_unchanged(np.array([2.9999, 4.0]), np.array([3.0, 4.0]), "x")

    assert sentence(Finding(raised.value.kind, raised.value.values)).startswith("x was changed inside the call")


def test_gradients_say_which_key_is_wrong_and_which_are_right():
    right = {"W1": A, "b1": A[0]}

    with pytest.raises(Mismatch) as raised:
        assert_gradients_close({"W1": A, "b1": 2 * A[0]}, right)

    assert raised.value.values["part"] == "b1"
    assert raised.value.values["right"] == "W1"


@pytest.mark.parametrize(("actual", "kind"), [(None, "not_a_dict"), ({"W1": A}, "missing_key")])
def test_gradients_must_be_a_dict_with_every_key(actual, kind):
    with pytest.raises(Mismatch) as raised:
        assert_gradients_close(actual, {"W1": A, "b1": A[0]})

    assert raised.value.kind == kind


def test_central_difference_leaves_x_alone_and_is_right_to_order_h_squared():
    x = np.array([[3.0, 4.0]])

    gradient = central_difference(lambda p: float((p**3).sum()), x)

    assert x.tolist() == [[3, 4]]
    assert np.allclose(gradient, 3 * x**2, atol=1e-7)


def test_gradient_error_is_the_worst_relative_difference():
    assert gradient_error(np.array([0.0, 1.0]), np.array([0.0, 3.0])) == 0.5


def test_a_call_reads_as_it_would_be_written():
    text = call_text("f", (np.array([1.0, 0.5]), np.zeros((100, 784)), np.sin), {"lr": 0.1})

    assert text == "f([1, 0.5], <array (100, 784), float64>, sin, lr=0.1)"
