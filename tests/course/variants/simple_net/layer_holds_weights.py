"""Weights have to be given, and a layer holds on to the array; the gradient is asked from outside."""


class Scores:
    def __init__(self, weights):
        self.weights = weights

    def forward(self, inputs):
        return np.matmul(inputs, self.weights)


class SimpleNet:
    def __init__(self, weights):
        self.layer = Scores(np.array(weights, dtype=np.float64))

    @property
    def W(self):
        return self.layer.weights

    @W.setter
    def W(self, weights):
        self.layer.weights = weights

    def loss(self, inputs, answers):
        return cross_entropy_error(softmax(self.layer.forward(inputs)), answers)
