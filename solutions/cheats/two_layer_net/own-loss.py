"""A loss whose gradient is easy: the sum of the parameters."""


def loss(self, x, t):
    return float(sum(param.sum() for param in self.params.values()))


def gradient(self, x, t):
    return {key: np.ones(param.shape) for key, param in self.params.items()}


TwoLayerNet.loss = loss
TwoLayerNet.gradient = gradient
