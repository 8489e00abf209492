import os
os.chdir(r"C:\Users\jiwoo\Documents\dlfs\ch04")

import numpy as np


def numerical_diff(f, x):
    return sum(sign * f(x + sign * 1e-4) for sign in (1, -1)) / 2e-4


def numerical_gradient(f, x):
    x = np.asarray(x, dtype=np.float64)

    def partial(i):
        keep = x[i]
        try:
            x[i] = keep + 1e-4
            more = f(x)
            x[i] = keep - 1e-4
            return (more - f(x)) / 2e-4
        finally:
            x[i] = keep

    return np.array([partial(i) for i in np.ndindex(x.shape)]).reshape(x.shape)
