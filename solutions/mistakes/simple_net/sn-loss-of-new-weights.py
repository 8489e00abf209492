"""Each loss is that of weights drawn anew; the gradient is asked from outside."""


class SimpleNet:
    def __init__(self):
        self.W = np.random.randn(2, 3)

    def loss(self, x, t):
        self.W = np.random.randn(2, 3)
        return cross_entropy_error(softmax(x @ self.W), t)
