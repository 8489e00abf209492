import sys
sys.path.append("..\\")
import numpy as np
from ..common.functions import softmax


def mean_squared_error(y, t):
    return np.vdot(y - t, y - t) / 2.0


def cross_entropy_error(y, t):
    batch = y if y.ndim == 2 else y[None, ...]
    k = batch.shape[1]
    hot = np.reshape(t, batch.shape) if np.size(t) == batch.size else np.identity(k)[t]
    return -np.einsum("nk,nk->", hot, np.log(batch + 1e-7)) / len(batch)
