"""What checks do with a learner's network of one layer inside the box, where a call costs next to nothing."""

import numpy as np


def set_weights(student, net, W):
    """Put weights in place: into the network's own array, or as another one where that cannot hold them."""
    own = getattr(net, "W", None)
    if isinstance(own, np.ndarray) and own.dtype == W.dtype and own.shape == W.shape and own.flags.writeable:
        own[...] = W
    else:
        net.W = W.copy()


def has_gradient(student, net):
    """Whether the network can be asked for its gradient; the book's is asked from outside."""
    return callable(getattr(net, "gradient", None))


def gradient_from_outside(student, net, x, t):
    """Return the slopes of the network's loss, by the learner's own ``numerical_gradient``, as section 4.4.2 does it.

    The network follows the weights that the loss is asked for. One row of them says only that ``moved`` has changed.
    """
    before, moved = np.array(net.W), np.array(net.W)

    def loss_with(W):
        set_weights(student, net, W if np.shape(W) == moved.shape else moved)
        return net.loss(x, t)

    gradient = student.numerical_gradient(loss_with, moved)
    set_weights(student, net, before)
    return gradient
