"""The book's chapter 4: a sigmoid in the hidden layer."""


def predict(self, x):
    return softmax(
        np.dot(sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"]), self.params["W2"]) + self.params["b2"]
    )


def gradient(self, x, t):
    grads = {}
    z1 = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
    y = softmax(np.dot(z1, self.params["W2"]) + self.params["b2"])
    if t.ndim == 1:
        t = np.eye(y.shape[1])[t]
    dy = (y - t) / x.shape[0]
    grads["W2"] = np.dot(z1.T, dy)
    grads["b2"] = np.sum(dy, axis=0)
    da1 = (1.0 - z1) * z1 * np.dot(dy, self.params["W2"].T)
    grads["W1"] = np.dot(x.T, da1)
    grads["b1"] = np.sum(da1, axis=0)
    return grads


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


TwoLayerNet.predict = predict
TwoLayerNet.gradient = gradient
