"""Train a learner's network inside the box, and bring back evidence: losses and parameters."""

import numpy as np


def train_mnist(student, x_train, t_train, params, batches, learning_rate, watched):
    """Take one plain step of gradient descent for each batch.

    Args:
        student: the learner's own objects.
        x_train: images, (60000, 784) uint8.
        t_train: labels, (60000,) uint8.
        params: the parameters to start from.
        batches: row numbers, (iterations, batch size).
        learning_rate: how far a step goes.
        watched: the steps whose parameters come back, before and after.

    Returns:
        The loss of each batch, ``{step: (before, after)}`` for the watched steps, and the final parameters.
    """
    net = student.TwoLayerNet(784, 50, 10)
    for key, value in params.items():
        net.params[key][...] = value
    losses, steps = [], {}
    for step, rows in enumerate(batches):
        x, t = x_train[rows].astype(np.float32) / np.float32(255), t_train[rows]
        gradient = net.gradient(x, t)
        losses.append(float(net.loss(x, t)))
        before = copy_of(net.params) if step in watched else None
        for key in params:
            net.params[key] -= learning_rate * gradient[key]
        if before is not None:
            steps[step] = (before, copy_of(net.params))
    return {"losses": losses, "steps": steps, "params": copy_of(net.params)}


def copy_of(params):
    """Return the parameters as they are now."""
    return {key: np.array(value, dtype=np.float64) for key, value in params.items()}
