"""Has a file named numpy.py beside the answers.

earned
"""

import numpy
import json


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    return 2 * x
