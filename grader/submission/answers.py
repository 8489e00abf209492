"""Decide which definition answers what, where several could.

A stub loses to an answer, what was imported to what was written below the import, a part to the whole, a slip of the
pen to the right name. Of what is left the file with the course's own name counts, else the one in the later chapter:
that is how the book is read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import zip_longest
from pathlib import PurePosixPath

from grader.model import Finding
from grader.submission.imports import FRAMEWORKS, Imported, Imports, natural
from grader.submission.script import Script
from grader.submission.spelling import Fit, Spellings


class Rank(IntEnum):
    """How much a file has of an answer."""

    NOTHING = 0
    STUB = 1
    VALUE = 2  # what the name stands for turns out when the file is run
    UNREADABLE = 3  # it seems to be there, but it is not Python
    IMPORTED = 4  # by another name, from a file of the learner's own
    ELSEWHERE = 5  # it belongs to something else: another volume, another library than NumPy
    LIBRARY = 6  # another file takes something from there, and defines the same itself
    ANSWER = 7


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
    """

    script: Script
    name: str
    fit: Fit
    rank: Rank
    parts: int = 0
    begun: bool = True

    @property
    def lost(self) -> Finding | None:
        """Why Python cannot read it, where it cannot."""
        return self.script.lost[self.name] if self.rank is Rank.UNREADABLE else None


@dataclass(frozen=True)
class Answers:
    """What of each file counts.

    Args:
        wanted: for each module of the course its names: whether they are asked for, or given.
        scripts: the files that may hold answers.
        spellings: under which names.
        imports: what each file imports.
        homes: the file that is called after each module of the course.
        prefer: the file, or folder, whose answers count where others have some as well.
        elsewhere: a pattern of paths that belong to something else.
    """

    wanted: Mapping[str, Mapping[str, bool]]
    scripts: Sequence[Script]
    spellings: Spellings
    imports: Imports
    homes: Mapping[str, str]
    prefer: str = ""
    elsewhere: str = ""

    @cached_property
    def by_name(self) -> dict[str, list[Candidate]]:
        """The definitions of each name of the course, the one that counts first."""
        found: dict[str, list[Candidate]] = {name: [] for name in self.spellings.paths}
        for script in self.scripts:
            for meant, candidate in self._defined(script):
                found[meant].append(candidate)
        for meant, candidate in self._imported(found):
            found[meant].append(candidate)
        return {name: self._in_order(name, candidates) for name, candidates in found.items()}

    def chosen(self) -> dict[str, Candidate]:
        """Return what counts, by name; what nobody defined is missing."""
        return {name: candidates[0] for name, candidates in self.by_name.items() if candidates}

    def others(self) -> Iterator[tuple[str, Candidate, Candidate]]:
        """Yield each name that has two answers, not alike; what counts, and another.

        That a file with the course's own name counts before some other module is no surprise.
        """
        for name, (first, *rest) in ((n, c) for n, c in self.by_name.items() if c):
            module, asked = self.spellings.paths[name], any(self._parts(name).values())
            for other in rest if asked and first.rank is Rank.ANSWER else ():
                expected = is_called(first, module) and not is_called(other, module) and not other.script.is_notebook
                if not expected and (
                    is_half(first, other) or (is_rival(first, other) and not means_same(first, other))
                ):
                    yield name, first, other
                    break

    def _parts(self, name: str) -> dict[str, bool]:
        """Return the parts of a name that the course knows, and whether each is asked for."""
        names = self.wanted[self.spellings.paths[name]]
        return {part: asked for part, asked in names.items() if part.partition(".")[0] == name}

    def _defined(self, script: Script) -> Iterator[tuple[str, Candidate]]:
        """Yield what a file defines, or seems to."""
        tops = [name for name in (*script.definitions, *script.lost) if "." not in name]
        for name in dict.fromkeys(tops):
            found = self.spellings.meant_by(name)
            if found and (found[1] is Fit.EXACT or self._is_of_a_kind(script, name, found[0])):
                yield found[0], self._candidate(script, name, *found)
        for name in script.nodes.keys() - set(tops):
            if name in self.spellings.paths:
                yield name, Candidate(script, name, Fit.EXACT, Rank.VALUE)

    def _is_of_a_kind(self, script: Script, name: str, meant: str) -> bool:
        """Whether both are classes, or neither is: a function ``two_layer_net`` is not the network."""
        is_class = any(isinstance(node, ast.ClassDef) for node in script.nodes.get(name, ()))
        return name in script.lost or is_class == any("." in part for part in self._parts(meant))

    def _candidate(self, script: Script, name: str, meant: str, fit: Fit) -> Candidate:
        if name not in script.definitions:
            return Candidate(script, name, fit, Rank.UNREADABLE)
        known = script.definitions
        asked = [part for part, asked in self._parts(meant).items() if asked] or [meant]
        there = [known.get(name + part[len(meant) :]) for part in asked]
        whole = sum(d is not None and not (d.is_stub or d.is_empty) for d in there)
        if whole or not any(there):  # what is not there may come from a base class
            foreign = self.elsewhere and re.search(self.elsewhere, script.path)
            rank = Rank.ELSEWHERE if foreign or needs_others(script, name) else Rank.ANSWER
            return Candidate(script, name, fit, rank, whole)
        return Candidate(script, name, fit, Rank.STUB, begun=not any(d and d.is_stub for d in there))

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
            found = [(i, self.imports.find(script.path, i.module)) for i in script.imports]
            self._imports[script.path] = [
                (imported, self.homes.get(where, where)) for imported, where in found if where
            ]
        return self._imports[script.path]

    @cached_property
    def _imports(self) -> dict[str, list[tuple[Imported, str]]]:
        return {}

    def _in_order(self, name: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Sort the definitions of a name, the one that counts first."""
        best = max((candidate.fit for candidate in candidates if candidate.rank > Rank.STUB), default=Fit.CLOSE)
        if best > Fit.CLOSE:  # what only comes close to the name may be something else
            candidates = [candidate for candidate in candidates if candidate.fit > Fit.CLOSE]
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
        preferred = bool(self.prefer) and (path == self.prefer or path.startswith(f"{self.prefer.rstrip('/')}/"))
        own = (1, -path.count("/")) if is_called(candidate, self.spellings.paths[name]) else (0, 0)
        order = (preferred and candidate.rank >= Rank.LIBRARY, candidate.rank, candidate.parts, own, candidate.fit)
        return (*order, not candidate.script.is_notebook and candidate.rank is Rank.STUB, natural(path))


def needs_others(script: Script, name: str) -> bool:
    """Whether a definition is written with a library that answers may not use."""
    others = {
        own for imported in script.imports for own in imported.bound if imported.module.partition(".")[0] in FRAMEWORKS
    }
    reads = (statement.reads for statement in script.statements if name in statement.defines)
    return bool(others) and any(not others.isdisjoint(some) for some in reads)


def is_rival(first: Candidate, other: Candidate) -> bool:
    """Whether another definition might count as well as the one that does."""
    return other.rank is first.rank and other.fit > Fit.CLOSE


def is_half(first: Candidate, other: Candidate) -> bool:
    """Whether another definition would count, since it comes later, if there were more of it."""
    less = other.begun and (other.rank is Rank.STUB or (other.rank is first.rank and other.parts < first.parts))
    return less and natural(other.script.path) > natural(first.script.path)


def is_called(candidate: Candidate, module: str) -> bool:
    """Whether a definition is in a file that is called as the course calls the module."""
    return PurePosixPath(candidate.script.path).stem == module and not candidate.script.is_notebook


def lowered(candidate: Candidate) -> Candidate:
    """Return what another file imports, and defines the same itself."""
    return Candidate(candidate.script, candidate.name, candidate.fit, Rank.LIBRARY, candidate.parts)


# -- alike ------------------------------------------------------------------------------------------------


def means_same(one: Candidate, other: Candidate) -> bool:
    """Whether two definitions are alike, comments and layout aside; not what these build on."""
    return all(
        a == b for a, b in zip_longest(shapes(one.script.nodes[one.name]), shapes(other.script.nodes[other.name]))
    )


def shapes(nodes: Iterable[ast.AST]) -> Iterator[tuple[object, ...]]:
    """Yield what syntax trees consist of, part by part; ``ast.dump`` does not get to the end of deep ones."""
    for part in (part for node in nodes for part in ast.walk(node)):
        yield (type(part), *(shape(value) for _, value in ast.iter_fields(part)))


def shape(value: object) -> object:
    """Return a field of a syntax tree, with how many parts there are in the place of these."""
    if isinstance(value, ast.AST):
        return ast.AST
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value), value
