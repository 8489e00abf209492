"""Put a submission together: look into its files, choose what answers what, and take what that needs."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from grader.model import Answer, Finding, Module, Notice, Sought, Submission
from grader.submission.answers import Answers, Candidate, Rank
from grader.submission.chapters import natural
from grader.submission.imports import Imports
from grader.submission.needed import Needed
from grader.submission.notices import notices_of, problems_of
from grader.submission.script import Chosen, Script
from grader.submission.shelf import Shelf
from grader.submission.spelling import Spellings


@dataclass
class Gathering:
    """One submission that is being put together.

    Args:
        shelf: its files, and those beside it that they may import.
        sought: what is looked for.
        prefer: the file or folder whose answers count where others have some as well.
        alone: whether it is one file, which answers with what it imports.
        run_all: leave out nothing but what is no Python.

    Attributes:
        candidates: the files that may define something of the course.
    """

    shelf: Shelf
    sought: Sought
    prefer: str = ""
    alone: bool = False
    run_all: bool = False
    candidates: list[str] = field(default_factory=list)

    @cached_property
    def spellings(self) -> Spellings:
        """Under which names."""
        return Spellings(self.sought.wanted, self.sought.spellings)

    def look_into(self, paths: Iterable[str]) -> None:
        """Find the files that may define something of the course; first those whose answers are likely to count."""
        latest_first = sorted(paths, key=natural, reverse=True)
        waiting = sorted(latest_first, key=lambda path: not is_own(path, self.sought.wanted))
        for path in waiting:
            given = self.shelf.names_given(path)
            names = {name for name in given or () if self.spellings.meant_by(name)}
            if is_own(path, self.sought.wanted):
                names |= {name for name, home in self.spellings.paths.items() if home == PurePosixPath(path).stem}
            if names or given is None or (self.alone and is_notebook(path)):
                self.candidates.append(path)
                self.shelf.note(path, names)
        self.candidates += self.shelf.written

    @cached_property
    def homes(self) -> dict[str, str]:
        """The file that is called after each module of the course: the first one, and not deep down."""
        is_module = self.alone and not any(map(is_notebook, self.candidates))
        paths = [
            path for path in (self.candidates if is_module else self.shelf.paths) if is_own(path, self.sought.wanted)
        ]
        found: dict[str, str] = {}
        for path in sorted(paths, key=lambda path: (path.count("/"), natural(path))):
            found.setdefault(PurePosixPath(path).stem, path)
        return found

    def submission(self, student: str, root: Path, notices: Sequence[Notice] = ()) -> Submission:
        """Return the submission."""
        sought, spellings, homes = self.sought, self.spellings, self.homes
        imports = Imports(self.shelf.paths, sought.wanted, homes)
        scripts = self._scripts(imports)
        answers = Answers(sought, scripts, spellings, imports, homes, self.prefer)
        chosen = without_untouched(answers)
        needed = Needed(self.shelf, imports, self.run_all)
        needed.add(self._wanted_of(chosen))
        classes = {c.script.path for name, c in chosen.items() if any("." in part for part in answers.parts_of(name))}
        modules = needed.modules(spellings.known, answers.judged(), classes)
        paths = {name: f"{module}.{name}" for name, module in spellings.paths.items()}
        lost = {paths[name]: why for name, c in chosen.items() if (why := c.lost)}
        found = {paths[name]: Answer(c.script.path, c.name, c.methods) for name, c in chosen.items() if c.lost is None}
        spelled = {spelling: paths[meant] for spelling, meant in spellings.known.items()}
        return Submission(
            student,
            root,
            modules,
            found,
            digest(modules, found),
            lost,
            homes,
            {path: self._defined_in(path) for path in needed.run if path in self.candidates},
            spelled | {candidate.name: paths[name] for name, candidate in chosen.items()},
            (
                *notices,
                *self._unread(scripts, needed, lost),
                *notices_of(self._run(needed), answers, chosen, self.prefer if self.alone else ""),
            ),
        )

    def _defined_in(self, path: str) -> tuple[str, ...]:
        return tuple(name for name in self.shelf.script(path).definitions if "." not in name)

    def _run(self, needed: Needed) -> dict[str, tuple[Script, Chosen]]:
        return {path: (self.shelf.script(path), part) for path, part in needed.run.items()}

    def _unread(self, scripts: Sequence[Script], needed: Needed, lost: Mapping[str, Finding]) -> list[Notice]:
        """Return why files could not be read, unless an answer that was lost with it tells."""
        read = dict.fromkeys([script.path for script in scripts] + list(needed.run))
        told = {id(finding) for finding in lost.values()}
        problems = (self.shelf.script(path).problem for path in read)
        return problems_of(problem for problem in problems if problem and id(problem) not in told)

    def _scripts(self, imports: Imports) -> list[Script]:
        """Return the files that may hold answers: the candidates, and those from which they import some."""
        waiting = list(self.candidates)
        found: dict[str, Script] = {}
        while waiting:
            path = waiting.pop(0)
            if path in found:
                continue
            found[path] = script = self.shelf.script(path)
            for imported in script.imports:
                file = imports.file(imports.find(path, imported.module))
                taken = [own in self.spellings.known and (self.alone or name != own) for name, own in imported.names]
                if file and file.lower().endswith(".py") and any(taken):
                    waiting.append(file)
        return list(found.values())

    def _wanted_of(self, chosen: Mapping[str, Candidate]) -> dict[str, set[str]]:
        """Return the files that are run in any case, and what is wanted of each."""
        names: dict[str, set[str]] = {}
        for candidate in chosen.values():
            names.setdefault(candidate.script.path, set()).add(candidate.name)
        for path in self.candidates:
            if "/" not in path or path in self.homes.values():
                names.setdefault(path, set())
        return names


def is_own(path: str, modules: Collection[str]) -> bool:
    """Whether a file has the name of a module of the course."""
    file = PurePosixPath(path)
    return file.suffix.lower() == ".py" and file.stem in modules


def is_notebook(path: str) -> bool:
    """Whether a file's name says that it is one."""
    return path.lower().endswith(".ipynb")


def without_untouched(answers: Answers) -> dict[str, Candidate]:
    """Leave out stubs of a notebook in which nothing is written, where modules are handed in.

    Who works in modules is not to be told of a notebook that was never opened.
    """
    chosen = answers.chosen()
    touched = {candidate.script.path for candidate in chosen.values() if candidate.rank > Rank.STUB}
    return {
        name: candidate
        for name, candidate in chosen.items()
        if candidate.rank > Rank.STUB
        or candidate.script.path in touched
        or not candidate.script.is_notebook
        or not (answers.laid_out or answers.spellings.paths[name] in answers.homes)
    }


def digest(modules: Mapping[str, Module], answers: Mapping[str, Answer]) -> str:
    """Return the SHA-256 of all that is run, by name, and of what answers what, in hexadecimal."""
    total = hashlib.sha256()
    texts = [(name, modules[name].text) for name in sorted(modules)]
    places = [(name, f"{answer.file} {answer.name}") for name, answer in sorted(answers.items())]
    for part in (part for pair in (*texts, *places) for part in pair):
        data = part.encode("utf-8", "surrogatepass")
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()
