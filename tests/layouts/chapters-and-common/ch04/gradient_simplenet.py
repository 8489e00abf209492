# coding: utf-8
import sys, os
sys.path.append(os.pardir)
import numpy as np
from common.functions import softmax, cross_entropy_error
from common.gradient import numerical_gradient


class simpleNet:
    def __init__(self):
        self.W = np.random.randn(2, 3)  # 乱数で決める

    def predict(self, x):
        return x @ self.W

    def loss(self, x, t):
        scores = self.predict(x)
        return cross_entropy_error(softmax(scores), t)


x = np.array([0.6, 0.9])
t = np.array([0, 0, 1])
net = simpleNet()
dW = numerical_gradient(lambda _: net.loss(x, t), net.W)
print(dW)
