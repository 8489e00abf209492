"""What is run of which file: what answers, and whatever that needs of the learner's other files."""

from __future__ import annotations

import builtins
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader.model import Module, Unit
from grader.submission.imports import ALWAYS_THERE, Imported, Imports
from grader.submission.labels import PREFIX
from grader.submission.script import Chosen, Script
from grader.submission.shelf import Shelf

MAX_STARS = 2  # modules from which a name may be, in a message
MAX_ROUNDS = 5  # after so many others that need something of a file, all of it is taken
CALLED = re.compile(r"(?<![\w.])([^\W\d]\w*+)[ \t]*\(")
BUILTINS = frozenset(vars(builtins))


@dataclass
class Needed:
    """Finds what is run.

    Args:
        shelf: the files.
        imports: where imports lead to.
        run_all: leave out nothing but what is no Python.

    Attributes:
        run: what is run, by the path of the file.
    """

    shelf: Shelf
    imports: Imports
    run_all: bool = False
    run: dict[str, Chosen] = field(default_factory=dict)

    def add(self, names: Mapping[str, Collection[str]]) -> None:
        """Take some names of files, by path, and whatever those need, near or far."""
        wanted = {path: set(some) for path, some in names.items()}
        rounds: Counter[str] = Counter()
        waiting = deque(wanted)
        while waiting:
            path = waiting.popleft()
            script = self.shelf.script(path)
            rounds[path] += 1
            some = wanted[path] if rounds[path] < MAX_ROUNDS else script.binds
            chosen = self.run[path] = script.chosen(some, run_all=self.run_all)
            mentioned: set[str] = set().union(*(statement.words for statement in chosen.statements))
            for other in dict.fromkeys(self._files(path, chosen)):
                more = mentioned & self.shelf.script(other).binds
                if other not in wanted or not more <= wanted[other]:
                    wanted[other] = wanted.get(other, set()) | more
                    if rounds[other] < MAX_ROUNDS and other not in waiting:
                        waiting.append(other)

    def _files(self, path: str, chosen: Chosen) -> Iterator[str]:
        """Yield the files that one of them imports."""
        for imported in imports_of(chosen):
            for _, where in self.imports.targets(path, imported):
                file = self.imports.file(where)
                if file and file.endswith(".py") and file != path:
                    yield file

    def modules(
        self, spelled: Collection[str], judged: Mapping[str, Sequence[str]], first: Collection[str]
    ) -> dict[str, Module]:
        """Return the files as the box runs them.

        Those come first from which nobody imports, then ``first``: of files that import each other in a circle these
        were run.

        Args:
            spelled: names that are found in any case.
            judged: what each file defines of the course, by path.
            first: see above.
        """
        imported = {other for path, chosen in self.run.items() for other in self._files(path, chosen)}
        return {
            path: replace(
                module_of(self.shelf.script(path), self.run[path], self.imports, spelled),
                judged=tuple(judged.get(path, ())),
            )
            for path in sorted(self.run, key=lambda path: (path in imported, path not in first))
            if self.shelf.script(path).problem is None
        }


def module_of(script: Script, chosen: Chosen, imports: Imports, spelled: Collection[str]) -> Module:
    """Return what is run of a file."""
    where: dict[str, str] = {}
    absent: dict[str, None] = {}
    stars: dict[str, None] = {}
    for imported in imports_of(chosen):
        for module, found in imports.targets(script.path, imported):
            if found:
                where[module] = found
        if imported.module not in where and not imported.tried and is_foreign(imported):
            absent[imported.module] = None
            if ("*", "*") in imported.names:
                stars[imported.module] = None
    units = (Unit(unit_file(script, cell.number), cell.source) for cell in chosen.cells)
    unknown = (
        dict.fromkeys(unknown_names(script, chosen, spelled), " or ".join(list(stars)[:MAX_STARS])) if stars else {}
    )
    return Module(script.path, tuple(units), where, tuple(absent), unknown, tuple(sorted(chosen.left_out)))


def imports_of(chosen: Chosen) -> Iterator[Imported]:
    """Yield what is imported by what is run of a file."""
    return (imported for statement in chosen.statements for imported in statement.imports)


def unit_file(script: Script, number: int) -> str:
    """Return what the box calls a cell of a file."""
    return f"{PREFIX}{script.label}#{number}" if number else f"{PREFIX}{script.label}"


def is_foreign(imported: Imported) -> bool:
    """Whether neither Python nor the box has what is imported."""
    return imported.module.startswith(".") or imported.module.partition(".")[0] not in ALWAYS_THERE


def unknown_names(script: Script, chosen: Chosen, spelled: Collection[str]) -> list[str]:
    """Return the functions and classes that a file uses and does not define: an import of everything may give them.

    A name that is not called is rather a slip, of which Python itself says more.
    """
    read = {name for statement in chosen.statements for name in statement.reads}
    called = {name for statement in chosen.statements for name in CALLED.findall(statement.text)}
    return sorted((read & (called | {"np"})) - script.binds - BUILTINS - set(spelled))
