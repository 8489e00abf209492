import os
import sys

sys.path.append(os.path.join(os.path.dirname(__file__), ".."))
import numpy as np
import common.functions as F
from ch04 import functions as losses


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        gauss = np.random.standard_normal
        self.params = {}
        for n, (rows, columns) in enumerate([(input_size, hidden_size), (hidden_size, output_size)], 1):
            self.params[f"W{n}"] = gauss((rows, columns)) * weight_init_std
            self.params[f"b{n}"] = np.zeros(columns)

    def predict(self, x):
        hidden = F.hinge(x @ self.params["W1"] + self.params["b1"])
        return F.softmax(hidden @ self.params["W2"] + self.params["b2"])

    def loss(self, x, t):
        return losses.cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        right = t if t.ndim == 1 else t.argmax(-1)
        return float((self.predict(x).argmax(-1) == right).mean())

    def gradient(self, x, t):
        hidden = F.hinge(x @ self.params["W1"] + self.params["b1"])
        error = self.predict(x)
        error = (error - (np.eye(error.shape[1])[t] if t.ndim == 1 else t)) / len(x)
        back = np.where(hidden > 0, error @ self.params["W2"].T, 0.0)
        return {"W1": x.T @ back, "b1": back.sum(0), "W2": hidden.T @ error, "b2": error.sum(0)}
