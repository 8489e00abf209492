import numpy as np


def numerical_gradient(f, x):
    x = x if x.dtype == float else x.astype(float)
    g = x * 0
    for i in np.ndindex(x.shape):
        v = x[i]
        x[i] = v + 1e-4
        a = f(x)
        x[i] = v - 1e-4
        b = f(x)
        x[i] = v
        g[i] = (a - b) / 2e-4
    return g
