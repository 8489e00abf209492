"""Train a learner's network inside the box, and bring back evidence: where its parameters stood on the way."""

import numpy as np


def train_mnist(student, x_train, t_train, params, batches, learning_rate, every):
    """Take one plain step of gradient descent for each batch; its labels are one-hot, as in the book's own program.

    Args:
        student: the learner's own objects.
        x_train: images, (60000, 784) uint8.
        t_train: labels, (60000,) uint8.
        params: the parameters to start from.
        batches: row numbers, (iterations, batch size).
        learning_rate: how far a step goes.
        every: after how many steps each the parameters are kept; the iterations are a multiple of it.

    Returns:
        The parameters at the start, after ``every`` steps, and so on to the end: one row of float32 each time, in
        the order of ``params``.
    """
    net = network(student, params)
    one_hot = np.eye(10)
    kept = np.empty((len(batches) // every + 1, sum(value.size for value in params.values())), np.float32)
    kept[0] = row_of(net.params, params)
    for step, rows in enumerate(batches, 1):
        x, t = x_train[rows].astype(np.float32) / np.float32(255), one_hot[t_train[rows]]
        gradient = net.gradient(x, t)
        for key in params:
            net.params[key] -= learning_rate * gradient[key]
        if step % every == 0:
            kept[step // every] = row_of(net.params, params)
    return kept


def network(student, params):
    """Return a network of the learner's that holds these parameters, in its own arrays where they are fine enough."""
    sizes = {"input_size": 784, "hidden_size": 50, "output_size": 10}
    try:
        net = student.TwoLayerNet(*sizes.values())
    except TypeError:  # it may take them by name alone
        net = student.TwoLayerNet(**sizes)
    for key, value in params.items():
        if net.params[key].dtype.kind != "f" or net.params[key].dtype.itemsize < 4:  # too coarse for small steps
            net.params[key] = value.copy()
        net.params[key][...] = value
    return net


def row_of(params, keys):
    """Return the parameters as they are now, one after the other."""
    return np.concatenate([params[key].ravel() for key in keys])
