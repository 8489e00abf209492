"""Sizes are given by name alone; parameters are float32 in an OrderedDict, drawn without a seed; predict: scores."""

from collections import OrderedDict


class TwoLayerNet:
    def __init__(self, *, input_size=784, hidden_size=50, output_size=10, weight_init_std=0.01):
        def drawn(*shape):
            return (weight_init_std * np.random.randn(*shape)).astype("float32")

        self.params = OrderedDict(
            W1=drawn(input_size, hidden_size),
            b1=np.zeros(hidden_size, dtype="float32"),
            W2=drawn(hidden_size, output_size),
            b2=np.zeros(output_size, dtype="float32"),
        )

    def hidden(self, x):
        return np.maximum(0, np.dot(x, self.params["W1"]) + self.params["b1"])

    def predict(self, x):
        return np.dot(self.hidden(x), self.params["W2"]) + self.params["b2"]

    def loss(self, x, t):
        return cross_entropy_error(softmax(self.predict(x)), t)

    def gradient(self, x, t):
        z = self.hidden(x)
        answers = t if t.ndim > 1 else np.identity(len(self.params["b2"]))[t]
        error = (softmax(self.predict(x)) - answers) / t.shape[0]
        back = error.dot(self.params["W2"].T) * np.sign(z)
        slopes = [x.T.dot(back), back.sum(0), z.T.dot(error), error.sum(0)]
        return OrderedDict(zip(self.params, slopes, strict=True))
