# coding: utf-8
import sys, os
sys.path.append(os.pardir)
import numpy as np
from dataset.mnist import load_mnist
from two_layer_net import TwoLayerNet

(x_train, t_train), (x_test, t_test) = load_mnist(normalize=True, one_hot_label=True)
network = TwoLayerNet(input_size=784, hidden_size=50, output_size=10)
for i in range(10000):
    pick = np.random.choice(len(x_train), 100)
    g = network.gradient(x_train[pick], t_train[pick])
    for key in ("W1", "b1", "W2", "b2"):
        network.params[key] -= 0.1 * g[key]
    if i % 600 == 0:
        print("訓練", network.accuracy(x_train, t_train), "テスト", network.accuracy(x_test, t_test))
