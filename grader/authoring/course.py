"""Read a course: a folder with ``course.toml``, ``checks/`` and, where an instructor has them, solutions.

``grader/course/`` is the course that ships. ``grade --course DIR`` reads another one of the same shape.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from grader.errors import CourseError, UsageError
from grader.model import Exercise, Sought

BUILT_IN = Path(__file__).parent.parent / "course"
GIVEN = "given.json"  # beside course.toml: the parts of the stubs that are given, as ``grade release`` writes it


MAX_NAME = 80  # characters of a name, among which a misspelt one is compared


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that only the course's notebook has, at the end of a module's part."""

    module: str
    id: str
    kind: str  # "code" or "markdown"
    source: str


@dataclass(frozen=True, slots=True)
class Course:
    """What is asked for, and where its checks and its reference answers lie."""

    title: str
    folder: Path
    exercises: tuple[Exercise, ...]
    given: Mapping[str, tuple[str, ...]]  # module -> what its stub already provides
    solutions: Path | None  # where the hidden checks are, if they are here
    data: tuple[str, ...] = ()  # arrays of MNIST that checks hand to the box
    libraries: tuple[str, ...] = ()  # installed packages, besides numpy, that answers may import behind the wall
    formulas: Mapping[str, str] = field(default_factory=dict)  # LaTeX by name, ``TwoLayerNet.gradient``
    cells: tuple[Cell, ...] = ()
    parts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # module -> what is given, by name, as text
    spellings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # other names that learners know, by name
    helpers: Mapping[str, str] = field(default_factory=dict)  # functions that answers may take from elsewhere, as text
    takes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # parameters of which a function must have one
    elsewhere: str = ""  # a pattern: what lies in a folder or a file of such a name counts only where nothing else does

    @property
    def names(self) -> dict[str, list[str]]:
        """Every top-level name of each module, given or asked for, in course order."""
        return {m: list(dict.fromkeys(n.partition(".")[0] for n in names)) for m, names in self.wanted.items()}

    @property
    def wanted(self) -> dict[str, dict[str, bool]]:
        """Of each module every name, with its class, ``TwoLayerNet.gradient``: whether it is asked for, or given."""
        return {m: dict.fromkeys(given, False) | dict.fromkeys(self.asked[m], True) for m, given in self.given.items()}

    @property
    def given_functions(self) -> dict[str, str]:
        """The text of each function that is given, by module and name: what stands in where a learner has none."""
        parts = ((f"{module}.{name}", text) for module, given in self.parts.items() for name, text in given.items())
        helpers = {f"helpers.{name}": text for name, text in self.helpers.items()}
        return {path: text for path, text in parts if text.startswith("def ") and path.count(".") == 1} | helpers

    @property
    def sought(self) -> Sought:
        """What is looked for in a submission."""
        return Sought(self.wanted, self.spellings, self.elsewhere, self.takes)

    @property
    def asked(self) -> dict[str, list[str]]:
        """What is asked for in each module."""
        return {module: [n for e in self.exercises if e.module == module for n in e.names] for module in self.given}

    @property
    def checks(self) -> list[Path]:
        """The folders that hold checks: the public ones, then the hidden ones."""
        hidden = [self.solutions / "checks"] if self.solutions else []
        return [self.folder / "checks", *hidden]

    def apart(self, path: Path) -> tuple[str, ...]:
        """Return the folders of a submission that hold no answers: those of the solutions for other purposes."""
        own = self.solutions is not None and path.is_dir() and path.resolve() == self.solutions
        return ("checks", "cheats", "mistakes") if own else ()

    def hidden_digest(self) -> str:
        """Return the SHA-256 of the hidden checks' texts, in hexadecimal; nothing where they are not here.

        Raises:
            CourseError: one of them cannot be read.
        """
        if self.solutions is None:
            return ""
        total = hashlib.sha256()
        try:
            for path in sorted((self.solutions / "checks").rglob("*.py")):
                total.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError as error:
            raise CourseError(f"{error.filename}: {error.strerror or error}; checks must be readable") from error
        return total.hexdigest()

    def exercise(self, exercise_id: str) -> Exercise:
        """Return the exercise of this id.

        Raises:
            CourseError: there is none.
        """
        for exercise in self.exercises:
            if exercise.id == exercise_id:
                return exercise
        raise CourseError(f"{self.folder / 'course.toml'}: no exercise is called {exercise_id!r}")

    def matching(self, name: str) -> list[Exercise]:
        """Return the exercises that a learner may mean by ``name``: an id, a title, a module or part of them."""
        exact = [e for e in self.exercises if name in (e.id, e.title, e.module, *e.names)]
        return exact or [e for e in self.exercises if name.lower() in f"{e.id} {e.title}".lower()]

    def chosen(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the ids of the exercises that a learner means by some names.

        Raises:
            UsageError: a name fits none of them.
        """
        found: dict[str, None] = {}
        for name in names:
            matching = self.matching(name)
            if not matching:
                shown = name if len(name) <= MAX_NAME else f"{name[:MAX_NAME]}..."
                raise UsageError(f"{shown}: no exercise has this name; {self._suggestion(name)}")
            found |= dict.fromkeys(exercise.id for exercise in matching)
        return tuple(found)

    def _suggestion(self, name: str) -> str:
        """Return the name that was probably meant, or else all that there are."""
        titles = {e.title.lower(): e.title for e in self.exercises}
        known = {known.lower(): known for e in self.exercises for known in (e.id, e.module, *e.names)} | titles
        close = difflib.get_close_matches(name[:MAX_NAME].lower(), known, 1) if name.strip() else []
        return f"did you mean {known[close[0]]}?" if close else f"there are {', '.join(titles.values())}"

    def needed_by(self, exercise: Exercise) -> Iterator[Exercise]:
        """Yield every exercise that this one builds on, near or far, each once."""
        seen: set[str] = set()
        open_ids = [*exercise.requires, *exercise.waits_for]
        while open_ids:
            needed = self.exercise(open_ids.pop(0))
            if needed.id not in seen:
                seen.add(needed.id)
                yield needed
                open_ids += [*needed.requires, *needed.waits_for]


def load_course(folder: Path = BUILT_IN, solutions: Path | None = None) -> Course:
    """Read ``folder/course.toml``.

    Args:
        folder: the course.
        solutions: where the reference answers and hidden checks are, in place of what course.toml says.

    Raises:
        CourseError: the file is missing, or says what cannot be.
    """
    path = folder / "course.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CourseError(f"{path}: {error.strerror or error}; a course is a folder with course.toml") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(f"{path}: {error}") from error
    try:
        given = {module: tuple(entry.get("given", ())) for module, entry in data["modules"].items()}
        exercises = tuple(read_exercise(entry) for entry in data["exercises"])
        secret = solutions or (folder / data["solutions"] if "solutions" in data else None)
        there = secret.resolve() if secret and (secret / "checks").is_dir() else None
        more = {key: tuple(map(str, data.get(key, ()))) for key in ("data", "libraries")}
        formulas = {str(name): str(latex) for name, latex in data.get("formulas", {}).items()}
        spellings = {str(name): tuple(map(str, others)) for name, others in data.get("spellings", {}).items()}
        takes = {str(name): tuple(map(str, some)) for name, some in data.get("takes", {}).items()}
        helpers = {str(name): str(text) for name, text in data.get("helpers", {}).items()}
        cells = tuple(Cell(**entry) for entry in data.get("cells", ()))
        course = Course(
            str(data["title"]), folder.resolve(), exercises, given, there, **more, formulas=formulas, cells=cells,
            parts=read_parts(folder / GIVEN), spellings=spellings, helpers=helpers,
            elsewhere=str(data.get("elsewhere", "")), takes=takes,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError) as error:
        raise CourseError(f"{path}: {error} is missing or has the wrong form") from error
    if solutions and there is None:
        raise CourseError(f"{solutions}: there is no folder checks/ in it")
    validate(course, path)
    return course


def read_parts(path: Path) -> dict[str, dict[str, str]]:
    """Return what is given, by module and name; nothing where the course was never released.

    Raises:
        CourseError: the file cannot be read.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {str(m): {str(name): str(text) for name, text in parts.items()} for m, parts in data.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise CourseError(f"{path}: {error}; remove it: grade release writes it again") from error


def read_exercise(entry: Mapping[str, Any]) -> Exercise:
    """Turn one table of course.toml into an exercise."""
    known = {field.name for field in fields(Exercise)}
    if unknown := entry.keys() - known:
        raise TypeError(f"exercise {entry.get('id')}: {', '.join(sorted(unknown))}")
    frozen: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Exercise(**frozen)


def validate(course: Course, path: Path) -> None:
    """Demand that ids are unique, modules known, and requirements earlier exercises.

    Raises:
        CourseError: naming the exercise.
    """
    names = {name for names in course.wanted.values() for name in names}
    if unknown := [name for name in course.formulas if name not in names]:
        raise CourseError(f"{path}: [formulas] has {', '.join(unknown)}, which the course does not ask for")
    tops = {name.partition(".")[0] for name in names}
    every = [*tops, *(o for name, others in course.spellings.items() for o in others if "." not in name)]
    if not course.spellings.keys() <= tops | names or len(every) > len(set(every)):
        raise CourseError(f"{path}: [spellings] gives each name of the course others, and none of them twice")
    if cell := next(
        (c for c in course.cells if c.module not in course.given or c.kind not in ("code", "markdown")), None
    ):
        raise CourseError(f"{path}: cell {cell.id}: its module must be in [modules], its kind code or markdown")
    seen: set[str] = set()
    for exercise in course.exercises:
        if exercise.id in seen:
            raise CourseError(f"{path}: two exercises are called {exercise.id}")
        if exercise.module not in course.given:
            raise CourseError(f"{path}: {exercise.id}: [modules] does not list {exercise.module!r}")
        for needed in (*exercise.requires, *exercise.waits_for):
            if needed not in seen:
                raise CourseError(f"{path}: {exercise.id}: {needed!r} must be an exercise further up")
        seen.add(exercise.id)
