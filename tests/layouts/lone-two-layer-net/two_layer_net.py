# 2층 신경망 (은닉층은 시그모이드)
import sys, os
sys.path.append(os.pardir)   # 부모 폴더의 common
import numpy as np
from common.functions import *
from common.gradient import numerical_gradient


class TwoLayerNet:

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        난수 = np.random.randn
        self.params = {}
        self.params['W1'] = 난수(input_size, hidden_size)
        self.params['W2'] = 난수(hidden_size, output_size)
        for w in ('W1', 'W2'):
            self.params[w] *= weight_init_std
        self.params['b1'] = np.zeros((hidden_size,))
        self.params['b2'] = np.zeros((output_size,))

    def 앞으로(self, x):
        은닉 = sigmoid(np.dot(x, self.params['W1']) + self.params['b1'])
        출력 = softmax(np.dot(은닉, self.params['W2']) + self.params['b2'])
        return 은닉, 출력

    def predict(self, x):
        return self.앞으로(x)[1]

    def loss(self, x, t):
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        맞음 = np.argmax(self.predict(x), axis=1) == np.argmax(t, axis=1)
        return 맞음.sum() / float(len(x))

    def numerical_gradient(self, x, t):
        return {k: numerical_gradient(lambda W: self.loss(x, t), self.params[k]) for k in self.params}

    def gradient(self, x, t):
        은닉, 출력 = self.앞으로(x)
        오차 = (출력 - t) / x.shape[0]          # t는 원-핫
        안쪽 = np.dot(오차, self.params['W2'].T) * 은닉 * (1.0 - 은닉)
        g = {}
        g['W2'], g['b2'] = np.dot(은닉.T, 오차), np.sum(오차, axis=0)
        g['W1'], g['b1'] = np.dot(x.T, 안쪽), np.sum(안쪽, axis=0)
        return g


if __name__ == '__main__':
    net = TwoLayerNet(784, 100, 10)
    print(net.params['W1'].shape)
