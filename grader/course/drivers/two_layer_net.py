"""What checks do with a learner's network inside the box, where a call costs next to nothing."""

import inspect
from collections.abc import Mapping

import numpy as np


def arguments(student, *sizes):
    """Return how the class takes the numbers of inputs, hidden units and classes: in a row, or by name alone."""
    signature = inspect.signature(student.TwoLayerNet)
    named = dict(zip(("input_size", "hidden_size", "output_size"), sizes, strict=True))
    return ((), named) if not takes(signature, *sizes) and takes(signature, **named) else (sizes, {})


def made(student, *sizes):
    """Return a network of so many inputs, hidden units and classes."""
    args, named = arguments(student, *sizes)
    return student.TwoLayerNet(*args, **named)


def takes(signature, *args, **kwargs):
    """Whether a call with these arguments is one that the signature allows."""
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def set_params(student, net, params):
    """Write parameters into the network's own arrays: layers may hold on to them.

    Where the learner's arrays are too coarse, float16 or whole numbers, others take their place. A bias may be one row.

    Returns:
        A sentence that says why they do not fit; nothing where they do.
    """
    own = getattr(net, "params", None)
    if told := misfit(net, own, params):
        return told
    for key, value in params.items():
        held = own[key]
        if held.dtype.kind != "f" or held.dtype.itemsize < 4 or not held.flags.writeable:
            own[key] = value.reshape(held.shape).copy()
        own[key][...] = value
    return ""


def misfit(net, own, params):
    """Return why the network's own parameters cannot be these; nothing where they can."""
    name, asked = type(net).__name__, ", ".join(params)
    if own is None:
        return f"{name} has no params; a dict with the keys {asked} is asked for"
    if not isinstance(own, Mapping):
        return f"{name}.params is of type {type(own).__name__}; a dict with the keys {asked} is asked for"
    if not params.keys() <= own.keys():
        keys = "the keys " + ", ".join(map(str, own)) if own else "no keys"
        return f"{name}.params has {keys}; {asked} are asked for"
    for key, value in params.items():
        if not isinstance(own[key], np.ndarray):
            return f'{name}.params["{key}"] is of type {type(own[key]).__name__}, not an array of shape {value.shape}'
        if own[key].shape not in (value.shape, (1, *value.shape)):
            return f'{name}.params["{key}"] has shape {own[key].shape}, not {value.shape}'
    return ""
