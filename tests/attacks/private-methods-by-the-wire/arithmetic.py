"""Asks for methods of the grader's own objects.

always
"""

import gc


def half(x):
    return x / 2


def quadruple(x):
    return 4 * x


def double(x):
    conversation = next(o for o in gc.get_objects() if type(o).__name__ == "Conversation")
    return conversation.ask("visit", ((x,), {}, {"number": 0, "attributes": {}}), name="__class__")
