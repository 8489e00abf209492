"""One maximum and one sum for the whole batch."""


def softmax(x):
    exps = np.exp(x - np.max(x))
    return exps / np.sum(exps)
