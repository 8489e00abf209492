"""A loss whose gradient is easy: the sum of the weights."""


def loss(self, x, t):
    return float(self.W.sum())


def gradient(self, x, t):
    return np.ones((2, 3))


SimpleNet.loss = loss
SimpleNet.gradient = gradient
