"""Train a learner's network inside the box, and bring back evidence: where its parameters stood on the way."""

import numpy as np


def train_mnist(student, net, x_train, t_train, keys, batches, learning_rate, every):
    """Take one plain step of gradient descent for each batch; its labels are one-hot, as in the book's own program.

    Args:
        student: the learner's own objects.
        net: the network, with the parameters to start from.
        x_train: images, (60000, 784) uint8.
        t_train: labels, (60000,) uint8.
        keys: of the parameters, in the order in which they come back.
        batches: row numbers, (iterations, batch size).
        learning_rate: how far a step goes.
        every: after how many steps each the parameters are kept; the iterations are a multiple of it.

    Returns:
        The parameters at the start, after ``every`` steps, and so on to the end: one row of float32 each time, in
        the order of ``keys``.
    """
    one_hot = np.eye(10)
    kept = np.empty((len(batches) // every + 1, sum(net.params[key].size for key in keys)), np.float32)
    kept[0] = row_of(net.params, keys)
    for step, rows in enumerate(batches, 1):
        x, t = x_train[rows].astype(np.float32) / np.float32(255), one_hot[t_train[rows]]
        gradient = net.gradient(x, t)
        for key in keys:
            net.params[key] -= learning_rate * gradient[key]
        if step % every == 0:
            kept[step // every] = row_of(net.params, keys)
    return kept


def row_of(params, keys):
    """Return the parameters as they are now, one after the other."""
    return np.concatenate([params[key].ravel() for key in keys])
