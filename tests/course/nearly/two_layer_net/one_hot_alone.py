"""Chapter 4's network, which takes one-hot labels alone: no line of it asks for their form."""

# loses: two_layer_net.TwoLayerNet.integer_labels


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        self.params = {"b1": np.zeros(hidden_size), "b2": np.zeros(output_size)}
        self.params["W1"] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params["W2"] = weight_init_std * np.random.randn(hidden_size, output_size)

    def forward(self, x):
        hidden = sigmoid(np.dot(x, self.params["W1"]) + self.params["b1"])
        return hidden, softmax(np.dot(hidden, self.params["W2"]) + self.params["b2"])

    def predict(self, x):
        return self.forward(x)[1]

    def loss(self, x, t):
        return cross_entropy_error(self.predict(x), t)

    def accuracy(self, x, t):
        return np.mean(np.argmax(self.predict(x), axis=1) == np.argmax(t, axis=1))

    def gradient(self, x, t):
        hidden, y = self.forward(x)
        error = (y - t) / x.shape[0]
        back = hidden * (1 - hidden) * np.dot(error, self.params["W2"].T)
        return {
            "W1": np.dot(x.T, back),
            "b1": np.sum(back, axis=0),
            "W2": np.dot(hidden.T, error),
            "b2": np.sum(error, axis=0),
        }
