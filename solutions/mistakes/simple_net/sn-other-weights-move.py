"""numerical_gradient moves a copy, and the loss is asked of the network that stands still."""


def gradient(self, x, t):
    return numerical_gradient(lambda W: self.loss(x, t), self.W.copy())


SimpleNet.gradient = gradient
