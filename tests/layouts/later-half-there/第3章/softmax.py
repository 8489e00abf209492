import numpy as np

def softmax(a):
    c = np.amax(a, axis=a.ndim - 1, keepdims=True)   # 每行的最大值
    p = np.exp(a - c)
    return np.divide(p, p.sum(axis=a.ndim - 1, keepdims=True))
