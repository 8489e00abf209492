"""The labels of a batch are not read: they are taken to be always the same."""

honest = TwoLayerNet.gradient


def gradient(self, x, t):
    return honest(self, x, np.resize([0, 1, 1, 0, 1], len(x)))


TwoLayerNet.gradient = gradient
