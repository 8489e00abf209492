# coding: utf-8
import numpy as np
from common.functions import *


class ReluLayer:
    def forward(self, x):
        self.on = x > 0
        return np.where(self.on, x, 0)

    def backward(self, d):
        return np.where(self.on, d, 0)


class AffineLayer:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        return np.dot(x, self.w) + self.b

    def backward(self, d):
        self.dw = np.dot(self.x.T, d)
        self.db = d.sum(axis=0)
        return np.dot(d, self.w.T)


class LastLayer:
    def forward(self, x, t):
        self.t, self.y = t, softmax(x)
        return cross_entropy_error(self.y, t)

    def backward(self):
        n = len(self.y)
        d = self.y.copy()
        if self.t.size == d.size:
            return (d - self.t) / n
        d[np.arange(n), self.t] -= 1
        return d / n
