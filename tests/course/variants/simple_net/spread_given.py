"""What the class is given is how far its weights spread; they are float32, and the gradient's name is its own."""


class SimpleNet:
    def __init__(self, spread=0.5):
        self.W = (spread * np.random.randn(2, 3)).astype(np.float32)

    def predict(self, x):
        return x @ self.W

    def loss(self, x, t):
        return cross_entropy_error(softmax(self.predict(x)), t)

    def numerical_gradient(self, x, t):
        return numerical_gradient(lambda _: self.loss(x, t), self.W)
