# coding: utf-8
# 4章のネットワーク（数値微分だけ）
import sys, os
sys.path.append(os.pardir)
from common.functions import *
from common.gradient import numerical_gradient


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {}
        self.params["W1"] = np.random.randn(input_size, hidden_size) * weight_init_std
        self.params["W2"] = np.random.randn(hidden_size, output_size) * weight_init_std
        self.params["b1"], self.params["b2"] = np.zeros(hidden_size), np.zeros(output_size)

    def predict(self, x):
        hidden = sigmoid(x @ self.params["W1"] + self.params["b1"])
        return softmax(hidden @ self.params["W2"] + self.params["b2"])

    def loss(self, x, t):
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        return (self.predict(x).argmax(1) == t.argmax(1)).mean()

    def gradient(self, x, t):
        # 遅いので5章で書き直す
        return {k: numerical_gradient(lambda _: self.loss(x, t), p) for k, p in self.params.items()}
