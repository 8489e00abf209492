import numpy as np


def numerical_diff(f, x):
    h = 1e-4
    rise = f(x + h) - f(x - h)
    run = 2 * h
    return rise / run


def numerical_gradient(f, x):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += 1e-4
        above = f(x)
        x[i] -= 2e-4
        below = f(x)
        gradient[i] = (above - below) / 2e-4
    return gradient
