# 공통 함수 모음
import numpy as np


def softmax(v):
    if v.ndim == 2:
        return np.stack([softmax(row) for row in v])
    e = np.exp(v - np.max(v))
    return e / e.sum()


def sum_squares_error(y, t):
    return np.sum((y - t) ** 2) * 0.5


def cross_entropy_error(y, t):
    if y.ndim == 1:
        y = y.reshape(1, -1)
        t = np.reshape(t, (1, -1))
    번호 = t if t.ndim == 1 else t.argmax(axis=1)
    return -np.mean([np.log(y[i][k] + 1e-7) for i, k in enumerate(번호)])
