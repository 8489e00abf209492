"""Every error the grader raises on purpose.

    GraderError              something a person can put right; its text says what, where and what to do
    ├── UsageError           the command was called with something that cannot work
    ├── SubmissionError      what was handed in cannot be read
    ├── CourseError          the course's own files contradict each other
    ├── StubError            a solution's BEGIN/END SOLUTION markers do not pair up
    ├── DataError            the MNIST cache cannot be made or read
    └── BoxError             the confined process could not be started or confined

What goes wrong inside a learner's code is none of these: it is an ``Outcome``.
"""


class GraderError(Exception):
    """Something a person can put right; its text says what, where and what to do."""


class UsageError(GraderError):
    """The command was called with something that cannot work."""


class SubmissionError(GraderError):
    """What was handed in cannot be read."""


class CourseError(GraderError):
    """The course's own files contradict each other."""


class StubError(GraderError):
    """A solution's BEGIN/END SOLUTION markers do not pair up."""


class DataError(GraderError):
    """The MNIST cache cannot be made or read."""


class BoxError(GraderError):
    """The confined process could not be started or confined."""
