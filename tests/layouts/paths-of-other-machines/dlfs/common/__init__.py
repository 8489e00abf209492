from .functions import softmax, sigmoid

__all__ = ['softmax', 'sigmoid']
