"""The gradient from another exercise, by differences, in place of backpropagation."""


def gradient(self, x, t):
    from gradients import numerical_gradient

    return {key: numerical_gradient(lambda _: self.loss(x, t), param) for key, param in self.params.items()}


TwoLayerNet.gradient = gradient
