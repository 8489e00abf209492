"""The learner's modules at the far end of the wire: found, run, and patched with stand-ins.

Everything in here is within the learner's reach. Standard library alone; ``inert`` lies beside this file.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import sys
import traceback
import types
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from grader.box import inert
else:
    import inert

MAX_TEXT = 4000  # characters of an exception's text, or of what was printed
Json = Any


SUBMISSION = "<submission>/"  # begins the file name of everything the learner wrote
LAZY = annotations.compiler_flag  # a class that could not be defined costs no function that names it


class NotAvailableError(Exception):
    """A function of another exercise is needed, and nothing stands in for it."""


class Asks(Protocol):
    """What can have the check do something: the conversation that is under way."""

    def ask(self, op: str, value: object, **plain: Json) -> object:
        """Return what the check answers."""
        ...


class Source:
    """Finds and runs the submission's modules from their text.

    The course's own modules come before installed ones of the same name; a helper module of the learner's
    comes after them, so that nobody can shadow numpy.
    """

    def __init__(self, modules: dict[str, Json], names: Sequence[str], answers: Answers) -> None:
        self._modules = {name: modules[name] for name in names}
        self._answers = answers

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Return a specification where the submission has this module, or a package around it."""
        is_package = any(other.startswith(name + ".") for other in self._modules)
        if name not in self._modules and not is_package:
            return None
        return ModuleSpec(name, self, is_package=is_package)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to Python."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Run the module's source: a notebook's cells one statement at a time."""
        name = module.__name__
        source = self._modules.get(name, {"units": [], "cells": False, "taken": {}})
        if source["cells"]:
            self._answers.run_cells(module, source)
            return
        try:
            for file, text in source["units"]:
                exec(compile(text, file, "exec", dont_inherit=True), module.__dict__)  # noqa: S102 - the box is for this
        except BaseException as error:
            if not source["taken"]:
                raise
            lost = set(self._answers.names.get(name, ())) - source["taken"].keys()
            what = {"names": sorted(lost), "file": source["units"][0][0], "line": 1}
            self._answers.problems.append({**what, "error": describe(error)})
        self._answers.take(module, source["taken"])


def describe(error: BaseException) -> Json:
    """Return an exception as data: its type, its text, and the learner's own frames."""
    try:
        text = str(error)[:MAX_TEXT]
    except BaseException:
        text = ""
    frames = []
    walked = traceback.walk_tb(error.__traceback__)
    with contextlib.suppress(Exception):
        for frame, line in walked:
            if frame.f_code.co_filename.startswith(SUBMISSION):
                frames.append([frame.f_code.co_filename, line, frame.f_code.co_name])
    if isinstance(error, SyntaxError) and isinstance(error.filename, str) and error.filename.startswith(SUBMISSION):
        frames = [[error.filename, error.lineno or 0, "", error.offset or 0]]
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return {"type": type(error).__name__, "kinds": kinds, "text": text, "frames": frames[-20:]}


def statements(text: str, file: str) -> list[ast.stmt]:
    """Return the statements of a cell; the grader chose only what can be compiled."""
    tree = compile(text, file, "exec", LAZY | ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # noqa: S101 - for the type checker
    return tree.body


def bound_names(node: ast.stmt) -> list[str]:
    """Return the names that a statement would have given a value."""
    names: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(part.name)
                continue  # what is inside is not the module's
            case ast.Lambda():
                continue
            case ast.Name(ctx=ast.Store()):
                names.add(part.id)
            case ast.alias():
                names.add(part.asname or part.name.partition(".")[0])
        waiting += ast.iter_child_nodes(part)
    return sorted(names)


class Answers:
    """The course's modules as the learner wrote them, with stand-ins where they could not be loaded.

    Attributes:
        names: what the course knows of each module.
        modules: the course's modules.
        notebooks: the modules that are notebooks.
        problems: statements of notebooks that failed, and the names that were lost with each.
    """

    def __init__(self, names: dict[str, list[str]], say: Callable[..., None]) -> None:
        self.names = names
        self.modules: dict[str, types.ModuleType] = {}
        self.notebooks: dict[str, types.ModuleType] = {}
        self.problems: list[Json] = []
        self.current: Asks | None = None
        self._say = say
        self._loading = ""
        self._stand_ins: list[object] = []

    def load(self, skip: Sequence[str], taken: dict[str, dict[str, str]]) -> dict[str, Json]:
        """Import every module of the course; return what went wrong, and what is missing, by module."""
        errors = {}
        for name in self.names:
            self._loading = name
            self._say("loading", module=name, part=None)
            if error := {"skipped": True} if name in skip else self._load_one(name):
                errors[name] = error
                self.modules[name] = sys.modules[name] = self._placeholder(name)
        found = {}
        for name, wanted in self.names.items():
            module = self.modules[name]
            self.take(module, taken.get(name, {}))  # a notebook may have imported from here before it was done
            missing = [] if name in errors else [n for n in wanted if not self._is_there(module, n)]
            homes = [module, *(self.notebooks[origin] for origin in set(taken.get(name, {}).values()))]
            known = {n: None for home in homes for n in vars(home) if self._is_answer(home, n)}
            for lost in missing if name not in errors else wanted:
                setattr(module, lost, self._stand_in(name, lost))
            found[name] = {"error": errors.get(name), "missing": missing, "names": list(known)[:200]}
        return found

    def _is_there(self, module: types.ModuleType, name: str) -> bool:
        return name in vars(module) and not any(vars(module)[name] is stand_in for stand_in in self._stand_ins)

    def _is_answer(self, module: types.ModuleType, name: str) -> bool:
        return not name.startswith("_") and callable(vars(module)[name]) and self._is_there(module, name)

    def _load_one(self, name: str) -> Json:
        try:
            self.modules[name] = importlib.import_module(name)
        except BaseException as error:
            return describe(error)

    def run_cells(self, module: types.ModuleType, source: Json) -> None:
        """Run a notebook one statement at a time, as a kernel would; one that fails costs only what it defines.

        Names of the course that it does not define lead to the answers in other files, or to stand-ins.
        """
        name, space = module.__name__, module.__dict__
        self.notebooks[name] = module
        space |= inert.notebook_builtins() | {"__name__": "__main__"}
        seeds = {wanted: self._borrowed(home, wanted) for home, names in self.names.items() for wanted in names}
        space |= seeds
        left_out = {part for notebook, part in source["left_out"] if notebook == name}
        parts = ((file, node) for file, text in source["units"] for node in statements(text, file))
        for part, (file, node) in enumerate(parts):
            self._say("loading", module=self._loading, part=[name, part])
            what = {"names": bound_names(node), "file": file, "line": node.lineno}
            if part in left_out:
                self.problems.append({**what, "part": [name, part]})
                continue
            own = {n: space[n] for names in self.names.values() for n in names if self._is_there(module, n)}
            try:
                exec(compile(ast.Module([node], []), file, "exec", LAZY, dont_inherit=True), space)  # noqa: S102
            except BaseException as error:
                self.problems.append({**what, "error": describe(error)})
            # ``from activations import softmax`` below a softmax: what is to be had there is a stand-in for this one.
            space |= {n: value for n, value in own.items() if n in space and not self._is_there(module, n)}
        space |= {wanted: seed for wanted, seed in seeds.items() if wanted not in space}  # del softmax
        self._say("loading", module=self._loading, part=None)

    def take(self, module: types.ModuleType, taken: dict[str, str]) -> None:
        """Give a module the names that other modules define for it; its own of that name, a stub say, do not count."""
        for name in taken:  # the other module may import them from here meanwhile
            setattr(module, name, self._stand_in(module.__name__, name))
        for name, origin in taken.items():
            home = importlib.import_module(origin)
            if self._is_there(home, name):
                setattr(module, name, vars(home)[name])

    def _borrowed(self, module: str, name: str) -> Callable[..., object]:
        """Return what finds a name of the course when it is called: it may be defined by then, or in another file."""

        def borrowed(*args: object, **kwargs: object) -> object:
            found = vars(self.modules[module]).get(name) if module in self.modules else None
            return (self._stand_in(module, name) if found is None else found)(*args, **kwargs)

        self._stand_ins.append(borrowed)
        return borrowed

    def _placeholder(self, name: str) -> types.ModuleType:
        module = types.ModuleType(name)

        def any_name(wanted: str) -> object:
            if wanted.startswith("__"):
                raise AttributeError(wanted)
            return self._stand_in(name, wanted)

        module.__getattr__ = any_name  # type: ignore[method-assign]
        return module

    def _stand_in(self, module: str, name: str) -> Callable[..., object]:
        def stand_in(*args: object, **kwargs: object) -> object:
            if self.current is None:
                raise NotAvailableError(f"{module}.{name}")
            return self.current.ask("stand_in", (args, kwargs), name=f"{module}.{name}")

        self._stand_ins.append(stand_in)
        return stand_in

    def replace(self, path: str) -> None:
        """Put a stand-in wherever the learner's modules hold the function ``module.name`` or ``module.Class.name``."""
        module_name, *owners, name = path.split(".")
        home: Any = self.modules[module_name]
        for owner in owners:
            home = getattr(home, owner, None)
        if home is None or name not in vars(home):
            return
        own = vars(home)[name]
        stand_in = self._stand_in(module_name, ".".join([*owners, name]))
        setattr(home, name, stand_in)
        for module in (*self.modules.values(), *self.notebooks.values()):
            for other, value in list(vars(module).items()):
                if value is own and (callable(own) or other == name):
                    setattr(module, other, stand_in)

    def find(self, path: str) -> object:
        """Return what ``module.name`` names."""
        module, _, name = path.partition(".")
        return getattr(self.modules[module], name)
