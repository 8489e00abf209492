import numpy as np
from numpy.typing import NDArray


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def relu(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(0.01 * x, x)  # 죽은 뉴런이 싫어서


def softmax(x):
    기준 = x - x.max(axis=-1, keepdims=True)
    return np.exp(기준) / np.exp(기준).sum(axis=-1, keepdims=True)
