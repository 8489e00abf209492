# coding: utf-8
import sys, os
sys.path.append(os.pardir)
import numpy as np
from dataset.mnist import load_mnist
from two_layer_net import TwoLayerNet

(x_train, t_train), _ = load_mnist(normalize=True, one_hot_label=True)
network = TwoLayerNet(784, 50, 10)
slow = network.numerical_gradient(x_train[:3], t_train[:3])
fast = network.gradient(x_train[:3], t_train[:3])
for key in slow:
    print(key, np.abs(slow[key] - fast[key]).mean())
