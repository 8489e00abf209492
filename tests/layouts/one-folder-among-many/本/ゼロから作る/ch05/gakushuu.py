import numpy as np
from collections import namedtuple

Kiroku = namedtuple("Kiroku", "loss train_accuracy test_accuracy")


def train(network, x_train, t_train, x_test, t_test, *, iterations=600, batch_size=100, learning_rate=0.1, seed=0):
    saikoro = np.random.RandomState(seed)
    k = Kiroku([], [], [])
    epoch = max(x_train.shape[0] // batch_size, 1)
    for kaisuu in range(iterations):
        erabu = saikoro.choice(x_train.shape[0], batch_size)
        g = network.gradient(x_train[erabu], t_train[erabu])
        network.params.update({n: network.params[n] - learning_rate * g[n] for n in network.params})
        k.loss.append(network.loss(x_train[erabu], t_train[erabu]))
        if kaisuu % epoch == 0:
            k.train_accuracy.append(network.accuracy(x_train, t_train))
            k.test_accuracy.append(network.accuracy(x_test, t_test))
    return k
