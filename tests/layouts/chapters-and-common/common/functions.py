# coding: utf-8
# 何度も使う関数はここに置く
import numpy as np


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def relu(a):
    return a * (a > 0)


def softmax(a):
    # 行ごとに一番大きい値を引く
    top = np.max(a, axis=-1)[..., None]
    e = np.exp(a - top)
    return e / np.sum(e, axis=-1)[..., None]


def sum_squared_error(y, t):
    gap = (y - t).ravel()
    return np.dot(gap, gap) / 2


def cross_entropy_error(y, t):
    y2 = np.atleast_2d(y)
    n = len(y2)
    t = np.asarray(t)
    if t.size == y2.size:
        hit = np.sum(y2 * t.reshape(y2.shape), axis=1)  # 正解のところだけ残る
    else:
        hit = y2[range(n), t]
    return -np.log(hit + 1e-7).sum() / n
