"""Find what a file imports among the files that were handed in, and never anywhere else.

Where a learner's file lies when it is run, what ``sys.path`` holds then, on which drive: nobody knows here. So a
name means the nearest file that it fits: ``common.functions`` is ``common/functions.py`` beside the importing file,
else in the folder above it, else wherever there is one.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from unicodedata import normalize

from grader.submission.chapters import natural

MAX_DOTS = 32  # in a module's name; no folder that is looked into lies deeper
MOST = 50  # files of one name that are compared
FRAMEWORKS = frozenset({  # a file that is written with one of these belongs to something else than this course
    "chainer", "cupy", "dezero", "keras", "mxnet", "paddle", "tensorflow", "theano", "torch",
})  # fmt: skip
SHOWING = frozenset({"IPython", "PIL", "google", "matplotlib", "mpl_toolkits", "pandas", "seaborn", "tqdm"})
OURS = frozenset({"grader", "grader.datasets", "dataset.mnist"})  # what the box has in any case

ALWAYS_THERE = sys.stdlib_module_names | {"numpy"} | {name.partition(".")[0] for name in OURS}

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import statement asks for.

    Attributes:
        module: ``common.functions``, or ``..common.functions`` as seen from the importing file.
        names: what it takes from there, and under which names; ``*`` for all.
        tried: whether the file is prepared for not finding it.
        alias: under which name ``import ... as`` gives it.
    """

    module: str
    names: tuple[tuple[str, str], ...] = ()
    tried: bool = False
    alias: str = ""

    @property
    def bound(self) -> list[str]:
        """The names that it gives a value."""
        return [own for _, own in self.names] or [self.alias or self.module.partition(".")[0]]


def imports_in(nodes: Iterable[ast.AST]) -> Iterator[Imported]:
    """Yield what is imported somewhere in syntax trees."""
    waiting = [(node, False) for node in nodes]
    while waiting:
        node, tried = waiting.pop()
        if isinstance(node, ast.Import):
            short = (alias for alias in node.names if alias.name.count(".") < MAX_DOTS)
            yield from (Imported(alias.name, (), tried, alias.asname or "") for alias in short)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").count(".") + node.level < MAX_DOTS:
            names = tuple((alias.name, alias.asname or alias.name) for alias in node.names)
            yield Imported("." * node.level + (node.module or ""), names, tried)
        inside = tried or (isinstance(node, ast.Try) and bool(node.handlers))
        waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


class Imports:
    """Where imports lead to.

    Args:
        paths: of all files that can be imported.
        course: the names of the course's modules, which are found under those names alone.
        homes: the file that is called after each of them.
    """

    def __init__(self, paths: Iterable[str], course: Collection[str], homes: Mapping[str, str] | None = None) -> None:
        self._course = course
        self._homes = homes or {}
        self._found: dict[Parts, dict[Parts, str]] = defaultdict(dict)  # by the last part: all parts, and the path
        self._found[()][()] = "./"
        self._met: dict[tuple[str, str], str | None] = {}
        for path in sorted(paths, key=natural):
            file = PurePosixPath(path)
            if file.suffix.lower() == ".py":
                parts = (*file.parent.parts, *(() if file.stem == "__init__" else (file.stem,)))
                self._put(parts, path)
                for folder in (folder for folder in file.parents if folder.parts):
                    self._put(folder.parts, f"{folder}/")

    def _put(self, parts: Parts, path: str) -> None:
        known = self._found[tuple(map(same, parts[-1:]))]
        if (parts not in known or known[parts].endswith("/") > path.endswith("/")) and len(known) < MOST:
            known[parts] = path

    def file(self, where: str | None) -> str | None:
        """Return the path of what was found, of a module of the course that of the file which is called after it."""
        return self._homes.get(where, where) if where else None

    def find(self, importer: str, module: str) -> str | None:
        """Return where a module is: the path of a file, of a folder with ``/`` at its end, or a name of the course's.

        Args:
            importer: the path of the file that imports it.
            module: its name, with a dot for each level of a relative import.
        """
        if (importer, module) not in self._met:
            self._met[importer, module] = self._look_up(importer, module)
        return self._met[importer, module]

    def _look_up(self, importer: str, module: str) -> str | None:
        name = module.lstrip(".")
        if name in OURS:
            return None
        if name in self._course:
            return name
        here, parts = PurePosixPath(importer).parent.parts, tuple(filter(None, name.split(".")))
        if level := len(module) - len(name):
            base = here[: max(len(here) - level + 1, 0)]
            full = (*base, *parts)
            exact = self._found.get(tuple(map(same, full[-1:])), {}).get(full)
            if exact or not parts:
                return exact
        fitting = self._fitting(importer, parts) or self._fitting(importer, parts, fold=True)
        if parts[0] in sys.stdlib_module_names:  # a ``random.py`` counts only for those beside it
            return next(
                (self._found[(same(parts[-1]),)][known] for known in fitting if known[: -len(parts)] == here), None
            )
        if not fitting and parts[0] not in ALWAYS_THERE | FRAMEWORKS | SHOWING:
            # ``ch05.layers``, handed in from inside of ch05
            fitting = [known for known in self._fitting(importer, parts[1:]) if known[:-1] == here] if parts[1:] else []
        if not fitting:
            return None
        nearest = min(fitting, key=lambda known: (-in_common(known, here), len(known)))
        return self._found[tuple(map(same, nearest[-1:]))][nearest]

    def _fitting(self, importer: str, parts: Parts, *, fold: bool = False) -> list[Parts]:
        """Return what ends in some parts; some systems see no upper case in paths."""
        wanted = tuple(map(same, parts))
        there = self._found.get(wanted[-1:], {})
        return [
            known
            for known, path in there.items()
            if path != importer
            and known[-len(parts) :] == (parts if not fold else known[-len(parts) :])
            and tuple(map(same, known[-len(parts) :])) == wanted
        ]

    def targets(self, importer: str, imported: Imported) -> Iterator[tuple[str, str | None]]:
        """Yield the modules that an import statement may mean, and where each is: itself last, then what is in it."""
        module = imported.module
        if not imported.names:  # import a.b.c gives a
            parts = module.split(".")
            yield from ((above, self.find(importer, above)) for above in map(".".join, prefixes(parts[:-1])))
        where = self.find(importer, module)
        yield module, where
        if where and (where.endswith(("/", "/__init__.py")) or where == "__init__.py"):
            for name, _ in imported.names:
                inside = f"{module}{'' if module.endswith('.') else '.'}{name}"
                if found := self.find(importer, inside):
                    yield inside, found


def same(part: str) -> str:
    """Return what two names have in common that one system or another takes for the same."""
    return normalize("NFKC", part).casefold()


def prefixes(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield the beginnings of a sequence, the shortest first."""
    return (parts[:length] for length in range(1, len(parts) + 1))


def in_common(one: Parts, other: Parts) -> int:
    """Return how many parts two paths have in common, from the beginning."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
