"""No maximum is subtracted."""


def softmax(x):
    exps = np.exp(x)
    return exps / exps.sum(axis=-1, keepdims=True)
