"""The minimum is subtracted."""


def softmax(x):
    exps = np.exp(x - x.min(axis=-1, keepdims=True))
    return exps / exps.sum(axis=-1, keepdims=True)
