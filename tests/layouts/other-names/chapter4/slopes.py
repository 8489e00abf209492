import numpy as np


def numerical_diff(f, x, eps=1e-4):
    lo, hi = f(x - eps), f(x + eps)
    return (hi - lo) / (2 * eps)


def numerical_gradent(f, x):
    # one coordinate at a time; x itself moves and comes back
    if np.issubdtype(x.dtype, np.integer):
        x = x.astype(float)
    out = np.zeros(x.shape)
    for where in np.ndindex(x.shape):
        start = x[where]

        def along(value):
            x[where] = value
            return f(x)

        out[where] = numerical_diff(along, start)
        x[where] = start
    return out


def gradient_descent_momentum(f, init_x, lr=0.01, momentum=0.9, step_num=100):
    x, v = init_x.copy(), 0
    for _ in range(step_num):
        v = momentum * v - lr * numerical_gradent(f, x)
        x = x + v
    return x
