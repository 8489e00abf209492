import numpy as np


class TwolayerNet(object):
    """ReLU, softmax, and the chain rule by hand."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        draw = np.random.randn
        self.params = dict(
            W1=draw(input_size, hidden_size) * weight_init_std,
            b1=np.zeros(hidden_size),
            W2=draw(hidden_size, output_size) * weight_init_std,
            b2=np.zeros(output_size),
        )

    def forward(self, x):
        a = x @ self.params["W1"] + self.params["b1"]
        z = np.maximum(a, 0)
        s = z @ self.params["W2"] + self.params["b2"]
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return a, z, e / e.sum(axis=1, keepdims=True)

    def predict(self, x):
        return self.forward(x)[-1]

    def one_hot(self, t, k):
        return t if t.ndim == 2 else np.eye(k)[t]

    def loss(self, x, t):
        y = self.predict(x)
        return -np.sum(self.one_hot(t, y.shape[1]) * np.log(y + 1e-7)) / len(y)

    def accuracy(self, x, t):
        y = self.predict(x)
        return np.mean(y.argmax(1) == self.one_hot(t, y.shape[1]).argmax(1))

    def gradient(self, x, t):
        a, z, y = self.forward(x)
        ds = (y - self.one_hot(t, y.shape[1])) / len(x)
        da = (ds @ self.params["W2"].T) * (a > 0)
        return {"W1": x.T @ da, "b1": da.sum(0), "W2": z.T @ ds, "b2": ds.sum(0)}
