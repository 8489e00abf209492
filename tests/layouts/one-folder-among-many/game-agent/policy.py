import math
import random


def softmax(scores, temperature):
    """Chances of the moves, as a list."""
    weights = [math.exp(score / temperature) for score in scores]
    return [weight / sum(weights) for weight in weights]


def choose(moves, scores):
    return random.choices(moves, softmax(scores, 0.5))[0]
