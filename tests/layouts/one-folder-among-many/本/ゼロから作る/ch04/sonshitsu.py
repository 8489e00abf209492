import numpy as np


def cross_entropy_error(y, t):
    if y.ndim == 1:
        y, t = np.array([y]), np.array([t])
    if t.ndim == 2:
        t = np.argmax(t, axis=1)
    seikai = np.choose(np.zeros(len(t), int), [y[np.arange(len(t)), t]])
    return -np.log(seikai + 1e-7).mean()
