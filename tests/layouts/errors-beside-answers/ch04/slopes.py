import numpy as np


def numerical_diff(f, x):
    h = 1e-4
	return (f(x + h) - f(x - h)) / (2 * h)


def numerical_gradient(f, x):
    x = x.astype(float) if x.dtype.kind in "iub" else x
    slope = np.zeros(x.shape)
    flat, out = x.ravel() if x.flags.c_contiguous else x.reshape(-1), slope.reshape(-1)
    for n in range(flat.size):
        here = flat[n]
        flat[n] = here + 1e-4
        up = f(x)
        flat[n] = here - 1e-4
        down = f(x)
        flat[n] = here
        out[n] = (up - down) / 2e-4
    return slope
