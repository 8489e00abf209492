import numpy as np


def numerical_diff(f, x):
    h = 1e-4
    return (f(x) - f(x - h)) / h


def numerical_gradient(f, x):
    # TODO: visit every index of x; step forward and back along it, note the slope, put x back.
    raise NotImplementedError("numerical_gradient")


def gradient_descent(f, init_x, lr=0.01, step_num=100):
    position = init_x.copy()
    for _ in range(step_num):
        position = position - lr * numerical_gradient(f, position)
    return position
