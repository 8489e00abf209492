"""Loss functions (section 4.2): one number that says how wrong an output is."""

import numpy as np


def mean_squared_error(y, t):
    # 2 で割るのを忘れない
    return np.sum(np.square(np.subtract(y, t))) / 2


def cross_entropy_error(y, t):
    # 1 件だけのときも 2 次元にそろえる
    y = y[None] if y.ndim == 1 else y
    t = np.asarray(t)
    if t.size == y.size:
        t = t.reshape(y.shape).argmax(1)
    return -np.log(np.maximum(y[np.arange(y.shape[0]), t], 1e-7)).mean()
