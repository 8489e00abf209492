import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x):
    return np.maximum(0.01 * x, x)  # 죽은 뉴런이 싫어서


def softmax(x):
    기준 = x - x.max(axis=-1, keepdims=True)
    return np.exp(기준) / np.exp(기준).sum(axis=-1, keepdims=True)
