"""The gradient by algebra, the loss by log-sum-exp."""


def loss(self, x, t):
    scores = np.atleast_2d(self.predict(x))
    labels = t if np.ndim(t) == 1 and x.ndim == 2 else np.atleast_2d(t).argmax(axis=1)
    return np.mean(np.log(np.sum(np.exp(scores), axis=1)) - scores[np.arange(len(scores)), labels])


def gradient(self, x, t):
    y = softmax(np.atleast_2d(self.predict(x)))
    t = np.eye(3)[t] if np.ndim(t) == 1 and x.ndim == 2 else np.atleast_2d(t)
    return np.atleast_2d(x).T @ (y - t) / len(y)


SimpleNet.loss = loss
SimpleNet.gradient = gradient
