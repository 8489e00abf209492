"""What of a submission is not loaded any more, since it ended a box or took too long: the rest is to be graded.

What a box says of it is a stranger's word. It decides what is left out next, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grader.box.events import Event, read_error
from grader.box.loading import Problem, read_part
from grader.model import Submission

WRONG_FORM = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of what a stranger says
ENOUGH_ENDS = 3  # after so many statements that end the box, a file that has another is left out
ENOUGH_FILES = 5  # that were left out; whoever has another that ends the box has none that is loaded
MAX_NAMES = 1000  # that a statement defines, or of libraries
MAX_TEXT = 80  # characters of a name


class Omissions:
    """What has been left out of a submission so far.

    Args:
        submission: what was handed in.
        names: what the course knows of each module, in course order.

    Attributes:
        all: whether nothing is loaded any more.
    """

    def __init__(self, submission: Submission, names: Mapping[str, Sequence[str]]) -> None:
        self.all = False
        self._submission = submission
        self._names = names
        self._left_out: dict[tuple[str, int], Event] = {}  # statements
        self._emptied: dict[str, Problem] = {}  # files

    def order(self) -> dict[str, Any]:
        """Return what a box has to be told of the submission."""
        files = {
            path: {
                "units": [[unit.file, unit.source] for unit in module.units if path not in self._emptied],
                "imports": dict(module.imports),
                "absent": list(module.absent),
                "unknown": dict(module.unknown),
                "left_out": list(module.left_out),
                "judged": list(module.judged),
            }
            for path, module in self._submission.modules.items()
            if not self.all
        }
        return {
            "files": files,
            "names": {module: list(names) for module, names in self._names.items()},
            "answers": {path: [a.file, a.name, dict(a.methods)] for path, a in self._submission.answers.items()},
            "homes": dict(self._submission.homes),
            "spelled": dict(self._submission.spelled),
            "left_out": [list(part) for part in self._left_out],
        }

    def add(self, event: Event, part: tuple[str, int] | None) -> None:
        """Leave out what ended a box, as far as the box says: a statement, a file, or all there is."""
        if part and part not in self._left_out and len(self._left_out) < ENOUGH_ENDS:
            self._left_out[part] = event
            return
        if len(self._emptied) >= ENOUGH_FILES:
            self.all = True
            return
        left = [path for path, module in self._submission.modules.items() if module.units and path not in self._emptied]
        if not left:
            self.all = True
            return
        path = part[0] if part and part[0] in left else left[0]
        answers = self._submission.answers.values()
        lost = tuple(answer.name for answer in answers if answer.file == path)
        self._emptied[path] = Problem(event, lost, self._submission.modules[path].units[0].file, 1)

    def read_missing(self, head: dict[str, Any]) -> frozenset[str]:
        """Return the names of the course that a box says it does not have, by module.

        Raises:
            WireError, and those of ``WRONG_FORM``: it has the wrong form.
        """
        said = {str(path) for path in head["missing"]}
        return frozenset(f"{m}.{name}" for m, names in self._names.items() for name in names if f"{m}.{name}" in said)

    def read_problems(self, head: dict[str, Any]) -> tuple[Problem, ...]:
        """Return the statements that failed; it raises the same."""
        problems = list(self._emptied.values())
        for said in head["problems"][:100]:
            part = read_part(said.get("part"))
            event = self._left_out[part] if part else read_error(said["error"], while_loading=True)
            names = tuple(str(name)[:MAX_TEXT] for name in said["names"][:MAX_NAMES])
            problems.append(Problem(event, names, str(said["file"])[:200], int(said["line"])))
        return tuple(problems)


def read_names(said: Any) -> tuple[str, ...]:
    """Return names of libraries that a box lists."""
    return tuple(str(name)[:MAX_TEXT] for name in said[:MAX_NAMES])
