"""Chapter 4's network, and nothing but its gradient says so: predict is wrong, and there is no loss."""


def gradient(self, x, t):
    p = self.params
    z = sigmoid_of(np.matmul(x, p["W1"]) + p["b1"])
    classes = np.arange(len(p["b2"]))
    right = t if t.ndim == 2 else (np.asarray(t)[:, None] == classes).astype(float)
    error = (softmax(np.matmul(z, p["W2"]) + p["b2"]) - right) / len(right)
    back = np.matmul(error, p["W2"].T) * (z - z**2)
    return {"b2": error.sum(0), "W2": np.matmul(z.T, error), "b1": back.sum(0), "W1": np.matmul(x.T, back)}


def sigmoid_of(a):
    return 0.5 * (1 + np.tanh(a / 2))


TwoLayerNet.gradient = gradient
TwoLayerNet.predict = lambda self, x: x
del TwoLayerNet.loss
