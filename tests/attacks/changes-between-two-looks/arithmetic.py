"""Returns a list that is another one at the second look.

always
"""

class Changing(list):
    def __init__(self, x):
        self.x = x

    def __iter__(self):
        self.append(0)
        return iter([2 * self.x])

    def __len__(self):
        return 1


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return Changing(x)
