"""The scores go into the cross entropy as they are."""


def loss(self, x, t):
    return cross_entropy_error(np.abs(self.predict(x)), t)


SimpleNet.loss = loss
