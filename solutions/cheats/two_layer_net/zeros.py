"""Zeros of the right shapes."""


def gradient(self, x, t):
    return {key: np.zeros(param.shape) for key, param in self.params.items()}


TwoLayerNet.gradient = gradient
