"""What checks do with a learner's network of one layer inside the box, where a call costs next to nothing."""

from copy import deepcopy
from functools import partial

import numpy as np


def arguments(student, W):
    """Return what the class takes: these weights, nothing as the book's, or their shape.

    What fails inside the learner's own code comes before what cannot be called so, for the check to run into.
    """
    forms, inside = [(W,), (), W.shape], []
    for form in forms:
        try:
            student.SimpleNet(*deepcopy(form))  # it may change what it is given
        except Exception as error:
            if error.__traceback__.tb_next is not None:
                inside.append(form)
        else:
            return form
    return [*inside, *forms][0]


def prepare(student, net, W, given):
    """Put weights in place, and give a network without a gradient one that is asked from outside, as the book does.

    Args:
        student: the learner's own objects.
        net: the network.
        W: the weights.
        given: whether the network was made with them.

    Returns:
        A sentence that says why the weights cannot be put in place; nothing where they are.
    """
    name = weights_of(net)
    if not given and not hasattr(net, name):
        return f"{type(net).__name__} has no W; its weights, of shape {W.shape}, are asked for under that name"
    set_weights(net, W)
    if not callable(getattr(net, "gradient", None)):
        net.gradient = partial(gradient_from_outside, student, net)
    return ""


def weights_of(net):
    """Return the attribute that holds the weights: W, or else the only array of their shape."""
    own = getattr(net, "__dict__", {})
    held = [name for name, value in own.items() if isinstance(value, np.ndarray) and value.shape == (2, 3)]
    return held[0] if len(held) == 1 and not hasattr(net, "W") else "W"


def set_weights(net, W):
    """Put weights into the network's own array, or another one in its place where that cannot hold them."""
    own = getattr(net, weights_of(net), None)
    if isinstance(own, np.ndarray) and own.dtype == W.dtype and own.shape == W.shape and own.flags.writeable:
        own[...] = W
    else:
        setattr(net, weights_of(net), W.copy())


def replace_weights(student, net, W):
    """Put another array in the place of the weights."""
    setattr(net, weights_of(net), W.copy())


def weights(student, net):
    """Return the weights as they are."""
    return getattr(net, weights_of(net))


def gradient_from_outside(student, net, x, t):
    """Return the slopes of the network's loss, by the learner's own ``numerical_gradient``, as section 4.4.2 does it.

    The network follows the weights that the loss is asked for. One row of them says only that ``moved`` has changed.
    """
    before, moved = np.array(weights(student, net)), np.array(weights(student, net))

    def loss_with(W):
        set_weights(net, W if np.shape(W) == moved.shape else moved)
        return net.loss(x, t)

    gradient = student.numerical_gradient(loss_with, moved)
    set_weights(net, before)
    return gradient
