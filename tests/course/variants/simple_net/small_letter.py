"""The weights have another name; the gradient is asked from outside."""


class SimpleNet:
    def __init__(self):
        self.w = np.random.randn(2, 3)
        self.names = np.array(["a", "b", "c"])

    def predict(self, x):
        return np.dot(x, self.w)

    def loss(self, x, t):
        return cross_entropy_error(softmax(self.predict(x)), t)
