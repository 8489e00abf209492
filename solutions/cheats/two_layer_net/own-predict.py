"""The given predict replaced by one that looks at the biases alone, and the gradient of that."""


def predict(self, x):
    return softmax(np.tile(self.params["b2"], (len(x), 1)))


def gradient(self, x, t):
    y = self.predict(x)
    t = np.eye(y.shape[1])[t] if t.ndim == 1 else t
    return {key: np.zeros(param.shape) for key, param in self.params.items()} | {"b2": ((y - t) / len(x)).sum(axis=0)}


TwoLayerNet.predict = predict
TwoLayerNet.gradient = gradient
