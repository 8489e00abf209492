"""The slope of the loss along one random direction, times that direction: two values of the loss."""


def gradient(self, x, t):
    rng, h = np.random.default_rng(0), 1e-5
    ways = {key: rng.normal(size=param.shape) for key, param in self.params.items()}
    values = []
    for side in (h, -2 * h, h):
        for key, way in ways.items():
            self.params[key] += side * way
        values.append(self.loss(x, t))
    slope = (values[0] - values[1]) / (2 * h)
    return {key: slope * way for key, way in ways.items()}


TwoLayerNet.gradient = gradient
