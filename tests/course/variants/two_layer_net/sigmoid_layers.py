"""Layers that hold on to the arrays, and a sigmoid among them; predict returns scores, and there is no accuracy."""


class Sigmoid:
    def forward(self, x):
        self.out = 1.0 / (1.0 + np.exp(-x))
        return self.out

    def backward(self, dout):
        return dout * self.out * (1.0 - self.out)


class Dense:
    def __init__(self, params, number):
        self.W, self.b = params[f"W{number}"], params[f"b{number}"]

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.slopes = self.x.T @ dout, dout.sum(axis=0)
        return dout @ self.W.T


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01):
        sizes = {
            "W1": (input_size, hidden_size),
            "b1": hidden_size,
            "W2": (hidden_size, output_size),
            "b2": output_size,
        }
        self.params = {
            key: weight_init_std * np.random.standard_normal(size) if key[0] == "W" else np.zeros(size)
            for key, size in sizes.items()
        }
        self.layers = [Dense(self.params, 1), Sigmoid(), Dense(self.params, 2)]

    def predict(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def loss(self, x, t):
        return cross_entropy_error(softmax(self.predict(x)), t)

    def gradient(self, x, t):
        error = softmax(self.predict(x))
        if t.size == error.size:
            error = error - t
        else:
            error[np.arange(len(t)), t] -= 1
        error = error / len(t)
        for layer in self.layers[::-1]:
            error = layer.backward(error)
        first, _, last = self.layers
        return dict(zip(("W1", "b1", "W2", "b2"), (*first.slopes, *last.slopes), strict=True))
