"""One is subtracted at the labels; the mask changes an array in place."""


def gradient(self, x, t):
    grads = {}
    a1 = np.dot(x, self.params["W1"]) + self.params["b1"]
    z1 = np.where(a1 > 0, a1, 0.0)
    dy = softmax(np.dot(z1, self.params["W2"]) + self.params["b2"])
    if t.ndim == 2:
        t = np.argmax(t, axis=1)
    dy[np.arange(x.shape[0]), t] -= 1
    dy /= x.shape[0]
    grads["b2"] = np.einsum("nk->k", dy)
    grads["W2"] = np.dot(z1.T, dy)
    dz1 = np.dot(dy, self.params["W2"].T)
    dz1[z1 == 0] = 0
    grads["W1"] = np.dot(x.T, dz1)
    grads["b1"] = np.ones(x.shape[0]) @ dz1
    return grads


TwoLayerNet.gradient = gradient
