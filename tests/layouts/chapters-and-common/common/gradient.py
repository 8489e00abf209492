# coding: utf-8
import numpy as np


def numerical_gradient(f, x):
    """どんな形の配列でもよい"""
    h = 1e-4
    if x.dtype.kind != "f":
        x = x.astype(float)
    out = np.empty(x.shape)
    for place in np.ndindex(*x.shape):
        keep = x[place]
        x[place] = keep + h
        right = f(x)
        x[place] = keep - h
        left = f(x)
        x[place] = keep
        out[place] = (right - left) / (2 * h)
    return out
