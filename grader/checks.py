"""What a check may import: comparisons, and the objects that travel to the learner's code."""

from grader.box.conversation import Mapped, Visitor
from grader.box.events import BadReply, Died, StudentRaised, TimedOut
from grader.judging.compare import (
    Mismatch,
    assert_close,
    assert_gradients_close,
    assert_unchanged,
    central_difference,
    gradient_error,
)

__all__ = [
    "BadReply",
    "Died",
    "Mapped",
    "Mismatch",
    "StudentRaised",
    "TimedOut",
    "Visitor",
    "assert_close",
    "assert_gradients_close",
    "assert_unchanged",
    "central_difference",
    "gradient_error",
]
