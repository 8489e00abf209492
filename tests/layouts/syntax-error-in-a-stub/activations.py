"""Activation functions (chapter 3): what a layer does to its scores."""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(0, x)


def softmax(x):
    # オーバーフロー対策
    y = np.exp(x - x.max(axis=-1, keepdims=True)
    return y / y.sum(axis=-1, keepdims=True)
