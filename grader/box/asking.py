"""What a learner's code may ask of a function that a check handed in: what fits it, and no more.

Such a function runs in the grader, and its author thought of the arguments that the exercise gives it. What it takes
by a default is the check's own business.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.box.events import Misasked

TIMES = 64  # as many entries may be asked about at once, for each that was handed in
LEAST = 1000  # entries that may be asked about, however few were handed in
MAX_BITS = 64  # of a whole number
MAX_NAME = 40  # characters
MAX_KINDS = 4  # arguments that are told of


def check_arguments(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any], entries: int
) -> None:
    """Check that a function of a check's is asked for what fits it: numbers, and not too many of them.

    Args:
        function: it takes what has no default.
        name: what the learner knows it by; nothing where it is known by a parameter of the learner's own.
        args, kwargs: what it is asked for.
        entries: how many numbers were handed in, in all arrays together.

    Raises:
        Misasked: it does not fit.
    """
    check_fit(function, name, args, kwargs, defaults=False)
    asked = [*args, *kwargs.values()]
    for part in parts_of(asked):
        if not isinstance(part, (str, int, float, complex, np.ndarray, np.generic, type(None))) or is_long(part):
            kind = "a whole number of many digits" if isinstance(part, int) else f"a {type_name(part)}"
            raise Misasked(name, "kind", {"got": kind})
    check_size(name, asked, entries)


def check_fit(
    function: Callable[..., Any], name: str, args: Sequence[Any], kwargs: Mapping[str, Any], *, defaults: bool
) -> None:
    """Check the number of arguments, and the names of those that are named.

    Raises:
        Misasked: they are not what the function takes; with or without what it has defaults for.
    """
    parameters = parameters_of(function, defaults=defaults)
    try:
        parameters.bind(*args, **kwargs)
    except TypeError:
        unknown = next((key for key in kwargs if key not in parameters.parameters), None)
        if unknown is not None:
            raise Misasked(name, "keyword", {"keyword": str(unknown)[:MAX_NAME]}) from None
        wanted = ", ".join(parameters.parameters)
        raise Misasked(name, "number", {"got": str(len(args) + len(kwargs)), "wanted": wanted}) from None


def parameters_of(function: Callable[..., Any], *, defaults: bool) -> inspect.Signature:
    """Return the parameters of a function; one for what does not say, as NumPy's own functions."""
    try:
        found = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        count = function.nin if isinstance(function, np.ufunc) else 1
        return inspect.Signature([inspect.Parameter(f"x{i}", inspect.Parameter.POSITIONAL_ONLY) for i in range(count)])
    return inspect.Signature([one for one in found if defaults or one.default is inspect.Parameter.empty])


def check_size(name: str, asked: Sequence[Any], entries: int) -> None:
    """Check how many numbers there are in all arguments together."""
    most = TIMES * entries + LEAST
    got = sum(part.size if isinstance(part, np.ndarray) else 1 for part in parts_of(asked))
    if got > most:
        raise Misasked(name, "size", {"got": f"{got:,}"})


def parts_of(value: object) -> Iterator[object]:
    """Yield what is in lists, tuples and dicts, however deep; the wire bounds the depth."""
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, (list, tuple)):
        for part in value:
            yield from parts_of(part)
    else:
        yield value


def kinds_of(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    """Return in words what a function is called with: ``one number and an array of shape (3,)``."""
    named = (f"{str(key)[:MAX_NAME]}={kind_of(value)}" for key, value in kwargs.items())
    return " and ".join([*map(kind_of, args), *named][:MAX_KINDS]) or "nothing"


def kind_of(value: object) -> str:
    """Return in words what kind of a value this is."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    if isinstance(value, (int, float, complex, np.generic, np.ndarray)):
        return "one number"
    return "None" if value is None else "a text" if isinstance(value, str) else f"a {type_name(value)}"


def is_long(value: object) -> bool:
    """Whether it is a whole number that no array can hold."""
    return isinstance(value, int) and value.bit_length() > MAX_BITS


def type_name(value: object) -> str:
    """Return what to call a value that is none of these."""
    return str(getattr(value, "_type", type(value).__name__))[:MAX_NAME]
