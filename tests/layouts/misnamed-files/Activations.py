import numpy as np


def softmax(x):
    # subtracting the maximum keeps exp small
    numerator = np.exp(x - x.max(axis=-1, keepdims=True))
    denominator = numerator.sum(axis=-1, keepdims=True)
    return numerator / denominator
