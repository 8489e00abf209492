"""Compare what a learner's code returned with what is right, and say how it differs.

The comparisons raise ``Mismatch``, which carries a key and aligned evidence in place of a sentence. Wrong
arrays are looked at in the order in which a teacher would: nothing returned, type, shape, dtype, not finite,
a constant factor or offset, the right numbers in other places, nearly right, and else the worst elements.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]

FLOAT32_RTOL = 1e-5  # some 80 units in the last place of float32; float32 inputs may cost more, and their checks say so
FLOAT32_ATOL = 1e-6
MAX_ROWS, MAX_COLUMNS = 3, 6


@dataclass(eq=False)
class Mismatch(AssertionError):  # noqa: N818 - it is what a check finds, not an error of ours
    """A value is not what it should be.

    Attributes:
        kind: which way it is wrong, a key of ``grader.report.wording``.
        values: what the sentence for that key mentions.
        expected, yours: aligned lines.
        actual: the value itself, to find the call it came from.
    """

    kind: str
    values: dict[str, str] = field(default_factory=dict)
    expected: tuple[str, ...] = ()
    yours: tuple[str, ...] = ()
    actual: object = None

    def __str__(self) -> str:
        evidence = [f"expected {line}" for line in self.expected] + [f"yours    {line}" for line in self.yours]
        return "\n".join([f"{self.kind} {self.values or ''}".rstrip(), *evidence])


# -- assertions for checks --------------------------------------------------------------------------------


def assert_close(
    actual: object, expected: ArrayLike, *, rtol: float = 1e-6, atol: float = 1e-8, part: str = ""
) -> None:
    """Demand a number or an array that equals ``expected``: in type, in shape, and within a tolerance in value.

    Args:
        actual: what the learner's code returned. A float32 result is given float32's own rounding, no more: where the
            inputs are float32, ask for less.
        expected: a number or an array; a number demands a number or an array of shape ().
        rtol, atol: ``|actual - expected| <= atol + rtol * |expected|`` must hold everywhere.
        part: which part of a result this is, "W1" say.

    Raises:
        Mismatch: it differs. Shapes are never broadcast.
    """
    wanted = np.asarray(expected)
    got = as_numbers(actual, wanted, part)
    if got.dtype in (np.float32, np.complex64):
        rtol, atol = max(rtol, FLOAT32_RTOL), max(atol, FLOAT32_ATOL)
    wrong = violations(got, wanted, rtol, atol) > 0
    if wrong.any():
        kind, values = explain(got, wanted, rtol, atol)
        raise mismatch(kind, values, got, wanted, wrong, part=part, actual=actual)


def assert_unchanged(array: Array, before: Array, name: str) -> None:
    """Demand that the caller's array still holds what it held before the call.

    Raises:
        Mismatch: the learner's code changed it.
    """
    wrong = ~((array == before) | (array != array) & (before != before))
    if wrong.any():
        raise mismatch("argument_changed", {"name": name}, array, before, wrong)


def assert_gradients_close(
    actual: object,
    expected: Mapping[str, Array],
    *,
    keys: Iterable[str] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> None:
    """Demand a dict of gradients: every key there, each of the shape and the value of its parameter's gradient.

    Raises:
        Mismatch: naming the first key that is wrong, and which keys are right.
    """
    if not isinstance(actual, dict):
        raise Mismatch("not_a_dict", {"got": type_name(actual)}, actual=actual)
    wanted = list(keys if keys is not None else expected)
    for key in wanted:
        if key not in actual:
            values = {"key": key, "keys": ", ".join(map(str, actual)) or "none"}
            raise Mismatch("missing_key", values, actual=actual)
    right, first = [], None
    for key in wanted:
        try:
            assert_close(actual[key], expected[key], rtol=rtol, atol=atol, part=key)
            right.append(key)
        except Mismatch as error:
            first = first or error
    if first is not None:
        first.actual = actual
        if right:
            first.values["right"] = ", ".join(right)
        raise first


def central_difference(f: Callable[[Array], float], x: Array, h: float = 1e-4) -> Array:
    """Return the gradient of ``f`` at ``x`` by central differences; ``x`` is left as it was.

        g[i] = (f(x + h e_i) - f(x - h e_i)) / 2h

    Args:
        f: takes an array of x's shape, returns a number.
        x: any shape; computed in float64.
        h: half the distance of the two points; the error is of order h^2.

    Returns:
        Shape of x, float64.

    Source: section 4.4.
    """
    point = np.array(x, dtype=np.float64)
    gradient = np.zeros_like(point)
    for index in np.ndindex(point.shape):
        middle = point[index]
        point[index] = middle + h
        above = f(point)
        point[index] = middle - h
        gradient[index] = (above - f(point)) / (2 * h)
        point[index] = middle
    return gradient


def gradient_error(analytic: Array, numeric: Array) -> float:
    """Return the worst relative difference between two gradients.

        error = max |a - n| / (|a| + |n|), counting 0/0 as 0

    Args:
        analytic: the learner's gradient, any shape.
        numeric: central differences at the same point, same shape.

    Returns:
        A fraction from 0 to 1, no unit: below 1e-7 is right, above 1e-2 is wrong.

    Raises:
        Mismatch: the shapes differ; they are never broadcast.

    Source: CS231n notes, "Neural Networks Part 3", section "Gradient checks".
    """
    if np.shape(analytic) != np.shape(numeric):
        raise Mismatch("wrong_shape", {"got": str(np.shape(analytic)), "wanted": str(np.shape(numeric))})
    size = np.abs(analytic) + np.abs(numeric)
    return float(np.max(np.divide(np.abs(analytic - numeric), size, out=np.zeros_like(size), where=size > 0)))


# -- what is wrong ----------------------------------------------------------------------------------------


def as_numbers(actual: object, wanted: Array, part: str = "") -> Array:
    """Return ``actual`` as an array of real numbers of the wanted shape.

    Raises:
        Mismatch: it is none.
    """
    values = {"part": part} if part else {}
    noun = "an array" if wanted.ndim else "a number"
    if actual is None:
        raise Mismatch("returned_none", values | {"wanted": noun})
    number = isinstance(actual, int | float | np.generic) and not isinstance(actual, bool | np.bool_)
    if not (number or isinstance(actual, np.ndarray)) or (number and wanted.ndim):
        raise Mismatch("wrong_type", values | {"got": type_name(actual), "wanted": noun}, actual=actual)
    got = np.asarray(actual)
    if got.shape != wanted.shape:
        values |= {"got": str(got.shape), "wanted": str(wanted.shape), "how": shape_difference(got, wanted)}
        raise Mismatch("wrong_shape", values, actual=actual)
    if got.dtype.kind not in "iuf":
        raise Mismatch("wrong_dtype", values | {"got": str(got.dtype)}, actual=actual)
    return got


def type_name(value: object) -> str:
    """Return what a learner would call the value's type."""
    names = {"NoneType": "None", "ndarray": "an array", "bool_": "bool"}
    name = str(getattr(value, "_type", None) if type(value).__name__ == "Handle" else type(value).__name__)
    _, array, held = name.partition("ndarray of ")  # it stays in the box, since it holds no numbers
    if array:
        return "an array of " + {"object": "objects, not of numbers"}.get(held, "texts" if "str" in held else held)
    return names.get(name, name)


def shape_difference(got: Array, wanted: Array) -> str:
    """Return a key for how the shape differs, or nothing."""
    if got.shape == wanted.shape[::-1]:
        return "transposed"
    if got.squeeze().shape == wanted.squeeze().shape:
        return "extra_axis" if got.ndim > wanted.ndim else "lost_axis"
    if got.ndim and wanted.ndim == 0:
        return "not_summed"
    return "lost_axis" if got.ndim < wanted.ndim else ""


def violations(got: Array, wanted: Array, rtol: float, atol: float) -> Array:
    """Return by how much each element breaks the tolerance; infinite where exactly one is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        distance = np.abs(got.astype(np.float64) - wanted) - (atol + rtol * np.abs(wanted))
    same = (got == wanted) | (np.isnan(got) & np.isnan(wanted))
    return np.asarray(np.where(same, -1.0, np.where(np.isnan(distance), np.inf, distance)))


def explain(got: Array, wanted: Array, rtol: float, atol: float) -> tuple[str, dict[str, str]]:
    """Return the key and the values that say most simply how two arrays of one shape differ."""
    if not np.isfinite(got).all() and np.isfinite(wanted).all():
        first = got[~np.isfinite(got)].flat[0]
        return "not_finite", {"what": str(first)}
    if (found := constant_relation(got, wanted, rtol)) is not None:
        return found
    if got.ndim == 2 and got.shape[0] == got.shape[1] and np.allclose(got.T, wanted, rtol, atol):
        return "transposed", {}
    if got.size > 2 and np.allclose(np.sort(got, axis=None), np.sort(wanted, axis=None), rtol, atol):
        return "permuted", {}
    worst = np.max(np.abs(got - wanted) / np.maximum(np.abs(wanted), 1e-12))
    return ("nearly", {"error": f"{worst:.1g}"}) if worst < 1e-2 else ("differs", {})


def constant_relation(got: Array, wanted: Array, rtol: float) -> tuple[str, dict[str, str]] | None:
    """Return a key where all of ``got`` is a multiple of ``wanted``, or differs from it by one number."""
    tight = max(rtol, 1e-6)
    some = np.abs(wanted) > 1e-12
    if some.any() and not got[~some].any():
        ratios = got[some] / wanted[some]
        ratio = float(ratios.flat[0])
        if np.allclose(ratios, ratio, rtol=tight, atol=0) and 1e-6 < abs(ratio) < 1e6 and abs(ratio - 1) > 1e-3:
            if abs(ratio + 1) < tight:
                return "sign", {}
            return "factor", {"ratio": repr(ratio)}
    offsets = got - wanted
    if got.size > 1 and np.allclose(offsets, offsets.flat[0], rtol=tight, atol=0):
        return "offset", {"offset": f"{float(offsets.flat[0]):.6g}"}
    return None


# -- evidence ---------------------------------------------------------------------------------------------


def mismatch(
    kind: str, values: dict[str, str], got: Array, wanted: Array, wrong: Array, *, part: str = "", actual: object = None
) -> Mismatch:
    """Return a mismatch with both arrays shown around the worst element, aligned, and marks under what differs."""
    if part:
        values = values | {"part": part}
    if got.ndim:
        values = values | {"wrong": str(int(wrong.sum())), "size": str(got.size)}
    worst = worst_index(got, wanted, wrong)
    window, prefix = window_around(worst, got.shape)
    digits = enough_digits(got[worst], wanted[worst])
    expected = rows_of(wanted[window], digits)
    yours = rows_of(got[window], digits)
    width = max(len(cell) for row in expected + yours for cell in row)
    marked = np.atleast_2d(wrong[window])
    if got.ndim and got.size > 1:
        values = values | {"at": "[" + ", ".join(map(str, worst)) + "]"}
    shown = np.prod(got[window].shape)
    lines = lines_of(yours, width, marked if shown > 1 else None)
    note = () if shown == got.size else (f"(from {prefix} of {got.shape})",)
    return Mismatch(kind, values, lines_of(expected, width, None), (*lines, *note), got if actual is None else actual)


def worst_index(got: Array, wanted: Array, wrong: Array) -> tuple[int, ...]:
    """Return where the difference is largest, the first such place."""
    size = np.where(wrong, np.abs(got.astype(np.float64) - wanted), -1.0)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(np.nan_to_num(size, nan=np.inf))), got.shape))


def window_around(index: tuple[int, ...], shape: tuple[int, ...]) -> tuple[tuple[int | slice, ...], str]:
    """Return at most 3 rows x 6 columns that hold the index, and where they begin, in words."""
    limits = [1] * max(0, len(shape) - 2) + [MAX_ROWS, MAX_COLUMNS][-len(shape) :] if shape else []
    starts = [max(0, min(i - n // 2, size - n)) for i, n, size in zip(index, limits, shape, strict=True)]
    window: list[int | slice] = [slice(start, start + n) for start, n in zip(starts, limits, strict=True)]
    for axis in range(len(shape) - 2):
        window[axis] = index[axis]
    return tuple(window), "[" + ", ".join(map(str, starts)) + "]"


def enough_digits(a: Any, b: Any) -> int:
    """Return the fewest significant digits, from 4, in which two numbers differ."""
    return next((n for n in (4, 6, 8, 10, 12) if f"{a:.{n}g}" != f"{b:.{n}g}"), 17)


def rows_of(window: Array, digits: int) -> list[list[str]]:
    """Return a window's numbers as text, row by row."""
    return [[f"{value:.{digits}g}" for value in row] for row in np.atleast_2d(window)]


def lines_of(rows: list[list[str]], width: int, marked: Array | None) -> tuple[str, ...]:
    """Return rows as aligned lines, with a line of marks below each row that has a wrong element."""
    lines = []
    for number, row in enumerate(rows):
        lines.append(" ".join(cell.rjust(width) for cell in row))
        if marked is not None and marked[number].any():
            marks = (("^" * len(c) if m else "").rjust(width) for c, m in zip(row, marked[number], strict=True))
            lines.append(" ".join(marks).rstrip())
    return tuple(lines)


def call_text(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return a call as a learner would write it; arrays that are long become their shapes."""
    parts = [value_text(value) for value in args] + [f"{key}={value_text(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def value_text(value: object) -> str:
    """Return one argument in at most some 60 characters."""
    if isinstance(value, np.ndarray):
        text = list_text(value.tolist())
        return text if value.size <= 12 and len(text) <= 60 else f"<array {value.shape}, {value.dtype}>"
    if isinstance(value, np.generic):
        return f"{value.item():.6g}" if isinstance(value.item(), float) else str(value.item())
    if callable(value) and not isinstance(value, type):
        name = getattr(value, "__name__", "")
        return name if name.isidentifier() else "f"
    text = repr(value)
    return text if len(text) <= 60 else f"<{type_name(value)}>"


def list_text(value: Any) -> str:
    """Return nested lists of numbers with four significant digits."""
    if isinstance(value, list):
        return f"[{', '.join(map(list_text, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
