"""Decide which definition answers what, where several could.

A stub loses to an answer, what was imported to what was written below the import, a part to the whole, a slip of the
pen to the right name. Of what is left the file with the course's own name counts, else the one in the later chapter:
that is how the book is read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from pathlib import PurePosixPath

from grader.model import Finding, Sought
from grader.submission.alike import alike
from grader.submission.chapters import Key, chapter_of, natural
from grader.submission.definitions import FUNCTIONS, dotted_name
from grader.submission.imports import FRAMEWORKS, Imported, Imports
from grader.submission.script import Script
from grader.submission.spelling import Fit, Spellings


class Rank(IntEnum):
    """How much a file has of an answer."""

    NOTHING = 0
    STUB = 1
    VALUE = 2  # what the name stands for turns out when the file is run
    HALF = 3  # a class without any of what is asked for
    UNREADABLE = 4  # it seems to be there, but it is not Python
    IMPORTED = 5  # by another name, from a file of the learner's own
    ELSEWHERE = 6  # it belongs to something else: another volume, another library than NumPy
    LIBRARY = 7  # another file takes something from there, and defines the same itself
    ANSWER = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A definition of something of the course.

    Attributes:
        script: the file.
        name: its name there.
        fit: how well that fits.
        rank: how much of the answer it is.
        parts: how many of the parts that are asked for are there.
        begun: whether something was written, though it is not whole.
        methods: those that have other names there: the course's, and the learner's.
    """

    script: Script
    name: str
    fit: Fit
    rank: Rank
    parts: int = 0
    begun: bool = True
    methods: Mapping[str, str] = field(default_factory=dict)

    @property
    def lost(self) -> Finding | None:
        """Why Python cannot read it, where it cannot."""
        return self.script.lost[self.name] if self.rank is Rank.UNREADABLE else None


@dataclass(frozen=True)
class Answers:
    """What of each file counts.

    Args:
        sought: what is looked for.
        scripts: the files that may hold answers.
        spellings: under which names.
        imports: what each file imports.
        homes: the file that is called after each module of the course.
        prefer: the file, or folder, whose answers count where others have some as well.
    """

    sought: Sought
    scripts: Sequence[Script]
    spellings: Spellings
    imports: Imports
    homes: Mapping[str, str]
    prefer: str = ""

    @cached_property
    def by_name(self) -> dict[str, list[Candidate]]:
        """The definitions of each name of the course, the one that counts first."""
        found: dict[str, list[Candidate]] = {name: [] for name in self.spellings.paths}
        for script in self.scripts:
            for meant, candidate in self._defined(script):
                found[meant].append(candidate)
        for meant, candidate in self._imported(found):
            found[meant].append(candidate)
        if any(not self._is_named_elsewhere(c.script) for n in found if self._is_asked(n) for c in found[n]):
            found = {n: [c for c in some if not self._is_named_elsewhere(c.script)] for n, some in found.items()}
        return {name: self._in_order(name, candidates) for name, candidates in found.items()}

    def chosen(self) -> dict[str, Candidate]:
        """Return what counts, by name; what nobody defined is missing.

        What the course gives is taken only from where what it asks for is: another file's has nothing to do with it.
        """
        asked = {name: first for name, (first, *_) in self._known(asked=True)}
        homes = {(self.spellings.paths[name], c.script.path) for name, c in asked.items()} | set(self.homes.items())
        found = dict(asked)
        for name, candidates in self._known(asked=False):
            ours = [c for c in candidates if (self.spellings.paths[name], c.script.path) in homes]
            found |= {name: ours[0]} if ours else {}
        return {name: found[name] for name in self.by_name if name in found}

    def judged(self) -> dict[str, list[str]]:
        """Return the names that each file defines for the course, by path; a stub is no definition."""
        found: dict[str, list[str]] = {}
        for candidate in (c for candidates in self.by_name.values() for c in candidates):
            if candidate.rank >= Rank.ELSEWHERE:
                found.setdefault(candidate.script.path, []).append(candidate.name)
        return found

    def _known(self, *, asked: bool) -> Iterator[tuple[str, list[Candidate]]]:
        """Yield the names that somebody defines, and that are asked for, or else given."""
        for name, candidates in self.by_name.items():
            if candidates and self._is_asked(name) is asked:
                yield name, candidates

    def others(self) -> Iterator[tuple[str, Candidate, Candidate]]:
        """Yield each name that has two answers, not alike; what counts, and another.

        That a file with the course's own name counts before some other module is no surprise.
        """
        for name, (first, *rest) in self._known(asked=True):
            module = self.spellings.paths[name]
            for other in rest if first.rank is Rank.ANSWER else ():
                ours = self._is_ours(first, module) and not self._is_ours(other, module)
                expected = ours and not other.script.is_notebook
                if not expected and (
                    self.is_half(first, other)
                    or (is_rival(first, other) and not alike(nodes_of(first), nodes_of(other)))
                ):
                    yield name, first, other
                    break

    def parts_of(self, name: str) -> dict[str, bool]:
        """Return the parts of a name that the course knows, and whether each is asked for."""
        names = self.sought.wanted[self.spellings.paths[name]]
        return {part: asked for part, asked in names.items() if part.partition(".")[0] == name}

    def _defined(self, script: Script) -> Iterator[tuple[str, Candidate]]:
        """Yield what a file defines, or seems to."""
        tops = [name for name in (*script.definitions, *script.lost) if "." not in name]
        slips: dict[str, str] = {}  # of several slips in one file the last one counts
        for name in dict.fromkeys(tops):
            found = self.spellings.meant_by(name)
            if found and self._is_meant(script, name, *found):
                if found[1] is Fit.CLOSE:
                    slips[found[0]] = name
                else:
                    yield found[0], self._candidate(script, name, *found)
        yield from ((meant, self._candidate(script, name, meant, Fit.CLOSE)) for meant, name in slips.items())
        for name in script.nodes.keys() - set(tops):
            if name in self.spellings.paths:
                yield name, Candidate(script, name, Fit.EXACT, Rank.VALUE)

    def _is_meant(self, script: Script, name: str, meant: str, fit: Fit) -> bool:
        """Whether this can be what the course asks for: a function ``two_layer_net`` is not the network."""
        nodes = script.nodes.get(name, ())
        is_class = any(isinstance(node, ast.ClassDef) for node in nodes)
        if (
            fit < Fit.EXACT
            and name not in script.lost
            and is_class != any("." in part for part in self.parts_of(meant))
        ):
            return False
        takes = self.sought.takes.get(meant, ())
        functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
        own = script.path == self.homes.get(self.spellings.paths[meant])
        return own or not takes or not functions or any(has_parameter(node, takes) for node in functions)

    def _candidate(self, script: Script, name: str, meant: str, fit: Fit) -> Candidate:
        if name not in script.definitions:
            return Candidate(script, name, fit, Rank.UNREADABLE)
        methods = self._methods(script, name, meant)
        is_class = any(asked and "." in part for part, asked in self.parts_of(meant).items())
        parts = [f"{name}.{own}" for own in methods.values()] if is_class else [name]
        there = [script.definitions[part] for part in parts]
        whole = sum(not (definition.is_stub or definition.is_empty) for definition in there)
        if there and not whole:
            return Candidate(script, name, fit, Rank.STUB, begun=not any(definition.is_stub for definition in there))
        if not there and not has_base(script, name):
            return Candidate(script, name, fit, Rank.HALF)
        rank = Rank.ELSEWHERE if self._is_elsewhere(script) else Rank.ANSWER
        renamed = {method: own for method, own in methods.items() if own != method}
        return Candidate(script, name, fit, rank, whole, methods=renamed)

    def _methods(self, script: Script, name: str, meant: str) -> dict[str, str]:
        """Return the methods that are asked for, as far as a class has them, and what it calls them."""
        found = {}
        for part in (part for part, asked in self.parts_of(meant).items() if asked and "." in part):
            method = part.rpartition(".")[2]
            spelled = [method, *self.sought.spellings.get(part, ())]
            found[method] = next((own for own in spelled if f"{name}.{own}" in script.definitions), "")
        return {method: own for method, own in found.items() if own}

    def _is_asked(self, name: str) -> bool:
        return any(self.parts_of(name).values())

    def _is_named_elsewhere(self, script: Script) -> bool:
        return bool(self.sought.elsewhere) and re.search(self.sought.elsewhere, script.path) is not None

    def _is_elsewhere(self, script: Script) -> bool:
        """Whether a file belongs to another volume, or is written with another library than NumPy."""
        if script.path not in self._elsewhere:
            self._elsewhere[script.path] = self._is_named_elsewhere(script) or self._is_written_with_others(script)
        return self._elsewhere[script.path]

    @cached_property
    def _elsewhere(self) -> dict[str, bool]:
        return {}

    @staticmethod
    def _is_written_with_others(script: Script) -> bool:
        return any(
            imported.module.partition(".")[0] in FRAMEWORKS and "datasets" not in imported.module and not imported.tried
            for imported in script.imports
        )

    def _imported(self, found: Mapping[str, Sequence[Candidate]]) -> list[tuple[str, Candidate]]:
        """Return what files import from others under a name of the course that nothing defines."""
        missing = {name for name, candidates in found.items() if all(c.rank <= Rank.STUB for c in candidates)}
        by_path = {script.path: script for script in self.scripts}
        more = []
        for script in self.scripts:
            for imported, where in self.imports_of(script):
                home = by_path.get(where)
                for name, own in imported.names if home else ():
                    if home and own in missing and name in home.definitions and name != own:
                        more.append((own, Candidate(home, name, Fit.EXACT, Rank.IMPORTED)))
        return more

    def imports_of(self, script: Script) -> list[tuple[Imported, str]]:
        """Return what a file imports from others of the learner's, and the path of each."""
        if script.path not in self._imports:
            found = [(i, self.imports.file(self.imports.find(script.path, i.module))) for i in script.imports]
            self._imports[script.path] = [(imported, file) for imported, file in found if file]
        return self._imports[script.path]

    @cached_property
    def _imports(self) -> dict[str, list[tuple[Imported, str]]]:
        return {}

    def _in_order(self, name: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Sort the definitions of a name, the one that counts first."""
        best = max((candidate.fit for candidate in candidates if candidate.rank > Rank.STUB), default=Fit.CLOSE)
        if best > Fit.CLOSE:  # what only comes close to the name may be something else
            candidates = [c for c in candidates if c.fit > Fit.CLOSE or self._is_preferred(c)]
        libraries = self._libraries(candidates)
        ranked = [lowered(c) if c.rank is Rank.ANSWER and c.script.path in libraries else c for c in candidates]
        return sorted(ranked, key=lambda candidate: self._worth(name, candidate), reverse=True)

    def _libraries(self, candidates: Iterable[Candidate]) -> set[str]:
        """Return the files from which others take something that define the same name themselves."""
        found: set[str] = set()
        for candidate in candidates:
            if candidate.rank is Rank.ANSWER:
                found |= {where for _, where in self.imports_of(candidate.script)} - {candidate.script.path}
        return found

    def _worth(self, name: str, candidate: Candidate) -> tuple[object, ...]:
        path = candidate.script.path
        own = (1, -path.count("/")) if self._is_ours(candidate, self.spellings.paths[name]) else (0, 0)
        in_module = candidate.rank is Rank.STUB and not candidate.script.is_notebook
        order = (self._is_preferred(candidate), candidate.rank, candidate.parts, own, candidate.fit, in_module)
        return (*order, self.when(candidate))

    def _is_preferred(self, candidate: Candidate) -> bool:
        path = candidate.script.path
        named = path == self.prefer or path.startswith(f"{self.prefer}/")
        return bool(self.prefer) and named and candidate.rank >= Rank.ELSEWHERE

    def _is_ours(self, candidate: Candidate, module: str) -> bool:
        """Whether a definition is in a file that is called after a module, in a folder laid out as the course is.

        One file alone tells nothing: the book calls its own ``two_layer_net.py``.
        """
        called = PurePosixPath(candidate.script.path).stem == module and not candidate.script.is_notebook
        return self.laid_out and called

    @property
    def laid_out(self) -> bool:
        """Whether most files are called as the course calls them."""
        return 2 * len(self.homes) >= len(self.sought.wanted)

    def when(self, candidate: Candidate) -> tuple[int, Key]:
        """Return what sorts definitions as they come in the book; what a chapter imports comes with it."""
        path = candidate.script.path
        return chapter_of(path) or self._chapters.get(path, 0), natural(path)

    @cached_property
    def _chapters(self) -> dict[str, int]:
        """The chapters of files; of one that names none the latest that imports it, or comes before it in a folder."""
        found: dict[str, int] = {}
        for script in self.scripts:
            for _, where in self.imports_of(script):
                found[where] = max(found.get(where, 0), chapter_of(script.path))
        latest: dict[PurePosixPath, int] = {}
        for path in sorted((script.path for script in self.scripts), key=natural):
            folder = PurePosixPath(path).parent
            latest[folder] = max(latest.get(folder, 0), chapter_of(path))
            found[path] = max(found.get(path, 0), latest[folder])
        return found

    def is_half(self, first: Candidate, other: Candidate) -> bool:
        """Whether another definition would count, since it comes later, if there were more of it."""
        less = other.rank in (Rank.STUB, Rank.HALF) or (other.rank is first.rank and other.parts < first.parts)
        return other.begun and less and self.when(other) > self.when(first)


def has_parameter(node: ast.FunctionDef | ast.AsyncFunctionDef, names: Sequence[str]) -> bool:
    """Whether a function takes one of some parameters, or any."""
    known = {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    return node.args.kwarg is not None or not known.isdisjoint(names)


def has_base(script: Script, name: str) -> bool:
    """Whether a class may have its methods from another, in another file."""
    classes = (node for node in script.nodes.get(name, ()) if isinstance(node, ast.ClassDef))
    bases = (dotted_name(base) for node in classes for base in node.bases)
    return any(base not in script.definitions and base != "object" for base in bases)


def nodes_of(candidate: Candidate) -> Sequence[ast.stmt]:
    """Return what defines it, or a part of it."""
    return candidate.script.nodes[candidate.name]


def is_rival(first: Candidate, other: Candidate) -> bool:
    """Whether another definition might count as well as the one that does."""
    return other.rank is first.rank and other.fit > Fit.CLOSE


def lowered(candidate: Candidate) -> Candidate:
    """Return what another file imports, and defines the same itself."""
    return replace(candidate, rank=Rank.LIBRARY)
