"""Say which given parts of the course a learner has changed. It costs nothing: checks go by what was given."""

from __future__ import annotations

from collections.abc import Iterator

from grader.authoring.course import Course
from grader.model import Module, Notice, Place, Submission
from grader.submission.given import changed_parts
from grader.submission.labels import place_in


def given_notices(course: Course, submission: Submission) -> Iterator[Notice]:
    """Yield a notice for each given part that is not as it was given."""
    for module, parts in course.parts.items():
        files = {part: submission.answers.get(f"{module}.{part.partition('.')[0]}") for part in parts}
        for file in dict.fromkeys(answer.file for answer in files.values() if answer):
            here = {part: text for part, text in parts.items() if (answer := files[part]) and answer.file == file}
            source = submission.modules[file]
            for part, line in changed_parts(here, source.text).items():
                place = place_at(source, line)
                cell = {"cell": str(place.cell)} if place.cell else {}
                yield Notice("given_changed", {"name": part, "file": place.file, "line": str(place.line), **cell})


def place_at(module: Module, line: int) -> Place:
    """Return where a line of all of a module's text is written."""
    for unit in module.units:
        length = unit.source.count("\n") + 1
        if line <= length:
            return place_in(unit.file, line)
        line -= length
    return Place(module.name, line)
