"""The logarithm of the sum is subtracted."""


def softmax(x):
    top = np.max(x, axis=-1, keepdims=True)
    return np.exp(x - (top + np.log(np.sum(np.exp(x - top), axis=-1, keepdims=True))))
