"""What checks do with a learner's network inside the box, where a call costs next to nothing."""

import numpy as np


def set_params(student, net, params):
    """Write parameters into the network's own arrays: layers may hold on to them."""
    for key, value in params.items():
        net.params[key][...] = value


def central_differences(student, net, x, t, h=1e-4):
    """Return the gradient of the network's own loss by every parameter, by central differences."""
    gradients = {}
    for key, param in net.params.items():
        gradients[key] = np.zeros(param.shape)
        for index in np.ndindex(param.shape):
            middle = param[index]
            param[index] = middle + h
            above = net.loss(x, t)
            param[index] = middle - h
            gradients[key][index] = (above - net.loss(x, t)) / (2 * h)
            param[index] = middle
    return gradients
