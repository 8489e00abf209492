"""What is given, and not needed for the gradient, is gone; parameters begin as float16."""

first = TwoLayerNet.__init__


def init(self, *args, **kwargs):
    first(self, *args, **kwargs)
    self.params = {key: value.astype(np.float16) for key, value in self.params.items()}


TwoLayerNet.__init__ = init
del TwoLayerNet.loss, TwoLayerNet.accuracy
