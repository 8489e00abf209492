# coding: utf-8
import sys, os
sys.path.append(os.pardir)
import numpy as np
from collections import OrderedDict
from common.layers import *
from common.gradient import numerical_gradient


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        shapes = {"W1": (input_size, hidden_size), "W2": (hidden_size, output_size)}
        self.params = {k: np.random.randn(*s) * weight_init_std for k, s in shapes.items()}
        self.params["b1"] = np.zeros(hidden_size)
        self.params["b2"] = np.zeros(output_size)
        self.stack()

    def stack(self):
        p = self.params
        self.layers = OrderedDict(
            first=AffineLayer(p["W1"], p["b1"]), relu=ReluLayer(), second=AffineLayer(p["W2"], p["b2"])
        )
        self.last = LastLayer()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return self.last.forward(self.predict(x), t)

    def accuracy(self, x, t):
        answer = t if t.ndim == 1 else t.argmax(axis=1)
        return np.mean(np.argmax(self.predict(x), axis=1) == answer)

    def numerical_gradient(self, x, t):
        return {k: numerical_gradient(lambda _: self.loss(x, t), self.params[k]) for k in self.params}

    def gradient(self, x, t):
        self.stack()  # params が入れ替わっていてもよいように
        self.loss(x, t)
        d = self.last.backward()
        for layer in reversed(self.layers.values()):
            d = layer.backward(d)
        first, second = self.layers["first"], self.layers["second"]
        return {"W1": first.dw, "b1": first.db, "W2": second.dw, "b2": second.db}
