"""Doubling."""


def half(x):
    return x / 2


def double(x):
    """Double x."""
    # BEGIN SOLUTION
    # TODO: multiply by two.
    return 2 * x
    # END SOLUTION


def quadruple(x):
    """Double x twice."""
    # BEGIN SOLUTION
    # TODO: double the double.
    return double(double(x))
    # END SOLUTION
