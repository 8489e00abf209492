"""A key is misspelt."""


def gradient(self, x, t):
    W1, b1, W2, b2 = (self.params[key] for key in ("W1", "b1", "W2", "b2"))
    a1 = x @ W1 + b1
    z1 = relu(a1)
    y = softmax(z1 @ W2 + b2)
    if t.ndim == 1:
        t = np.eye(y.shape[1])[t]
    da2 = (y - t) / len(x)
    da1 = (da2 @ W2.T) * (a1 > 0)
    return {"W1": x.T @ da1, "B1": da1.sum(axis=0), "W2": z1.T @ da2, "b2": da2.sum(axis=0)}


TwoLayerNet.gradient = gradient
