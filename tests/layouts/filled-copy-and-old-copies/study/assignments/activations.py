import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(0, x)


def softmax(x):
    peak = x.max(axis=-1, keepdims=True)
    grown = np.exp(x - peak)
    return grown / grown.sum(axis=-1, keepdims=True)
