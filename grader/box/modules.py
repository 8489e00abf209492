"""The learner's files at the far end of the wire: run, made into the course's modules, patched with stand-ins.

Everything in here is within the learner's reach. Standard library and numpy alone; ``inert`` and ``parts`` lie beside
this file.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import sys
import traceback
import types
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Protocol

import numpy

if TYPE_CHECKING:
    from grader.box import inert, parts
else:
    import inert
    import parts

MAX_TEXT = 4000  # characters of an exception's text, or of what was printed
Json = Any


SUBMISSION = "<submission>/"  # begins the file name of everything the learner wrote


class NotAvailableError(Exception):
    """A function of another exercise is needed, and nothing stands in for it."""


class Asks(Protocol):
    """What can have the check do something: the conversation that is under way."""

    def ask(self, op: str, value: object, **plain: Json) -> object:
        """Return what the check answers."""
        ...


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


class Facade(types.ModuleType):
    """A module of the course: what answers its names, whichever files that is in, and what else its own file has."""

    def __init__(self, name: str, answers: Answers) -> None:
        super().__init__(name)
        self.__dict__["_answers"] = answers

    def __getattr__(self, name: str) -> object:
        answers: Answers = self.__dict__["_answers"]
        if name == "__all__":
            return answers.public(self.__name__)
        return answers.attribute(self.__name__, name)


class Answers:
    """The learner's files, and the course's modules made of them, with stand-ins for what is missing.

    Args:
        order: the files, what answers what, and what the course knows of each module.
        say: tells the client something.

    Attributes:
        names: what the course knows of each module.
        modules: the course's modules.
        files: the learner's files that were run, or are about to be.
        problems: statements that failed, and the names that were lost with each.
        absent: what is imported and was not handed in.
    """

    def __init__(self, order: dict[str, Json], say: Callable[..., None]) -> None:
        self.names: dict[str, list[str]] = order["names"]
        self.modules: dict[str, Facade] = {name: Facade(name, self) for name in self.names}
        self.files: dict[str, types.ModuleType] = {}
        self.problems: list[Json] = []
        self.absent: list[str] = []
        self.current: Asks | None = None
        self._order = order
        self._say = say
        self._libraries = frozenset({"numpy", *order["libraries"]})
        self._packages: dict[str, types.ModuleType] = {}
        self._stand_ins: dict[int, object] = {}
        self._seeds = {name: self._borrowed(name) for names in self.names.values() for name in names}

    # -- loading ----------------------------------------------------------------------------------------

    def load(self) -> list[str]:
        """Run every file; return the names of the course that are missing."""
        for path in self._order["files"]:  # all now: a check gets a copy, which cannot tell what it is about to run
            self._file(path)
        missing = []
        for module, names in self.names.items():
            for name in names:
                path = f"{module}.{name}"
                value = self._answer(path)
                if value is None or self._is_stand_in(value):
                    missing.append(path)
                    value = self._given(path) or self._stand_in(path)
                setattr(self.modules[module], name, value)
        return missing

    def _answer(self, path: str) -> object:
        """Return what a file defines for a name of the course; None for nothing."""
        file, name, methods = self._order["answers"].get(path, ("", "", {}))
        value = vars(self._file(file)).get(name) if file in self._order["files"] else None
        if not callable(value) or isinstance(value, inert.Inert):
            return None
        for method, own in methods.items():
            if own in vars(value) and method not in vars(value):
                setattr(value, method, vars(value)[own])
        return value

    def _given(self, path: str) -> object:
        """Return the course's own function, where it is one that is given."""
        text = self._order["given"].get(path)
        space: dict[str, object] = {"np": numpy, "__name__": path}
        if text is not None:
            exec(compile(text, "<given>", "exec", parts.LAZY, dont_inherit=True), space)  # noqa: S102 - the course's own text
        return space.get(path.rpartition(".")[2])

    def _is_stand_in(self, value: object) -> bool:
        return id(value) in self._stand_ins

    def _file(self, path: str) -> types.ModuleType:
        """Return a file as a module; the first time it is run."""
        if path not in self.files:
            module = self.files[path] = sys.modules[path] = types.ModuleType(path)
            self._run(module, self._order["files"][path])
        return self.files[path]

    def _run(self, module: types.ModuleType, source: Json) -> None:
        """Run a file one statement at a time, as a notebook's kernel would; one that fails costs only what it defines.

        Names of the course that it does not define lead to the answers in other files, or to stand-ins.
        """
        path, space = module.__name__, module.__dict__
        known, unknown = self._spelled, source["unknown"]
        stand_ins = {
            name: known.get(name) or inert.absent(f"{where}.{name}") for name, where in unknown.items()
        } | self._seeds
        # As builtins they are there for the file alone: no ``import *`` takes them along.
        extras = inert.notebook_builtins() | stand_ins | {"__import__": partial(self._import, path)}
        space |= {"__name__": path, "__file__": f"/{path}", "__builtins__": vars(builtins) | extras}
        if ".ipynb" in path:
            space["__name__"], sys.modules["__main__"] = "__main__", module
        space["__getattr__"] = partial(self._not_run, path, frozenset(source["left_out"]))
        left_out = {part for file, part in self._order["left_out"] if file == path}
        defined: dict[str, object] = {}  # of what is judged, what the file itself defined last
        nodes = ((file, node) for file, text in source["units"] for node in parts.statements(text, file))
        for part, (file, node) in enumerate(nodes):
            self._say("loading", part=[path, part])
            own, taken = parts.bindings(node)
            what = {"names": sorted(own | taken), "file": file, "line": node.lineno}
            if part in left_out:
                self.problems.append({**what, "part": [path, part]})
                continue
            if both := own & taken & set(source["judged"]):  # one block that defines a name, and imports it
                node = parts.WithoutImports(both).visit(node)
            try:
                exec(compile(ast.Module([node], []), file, "exec", parts.LAZY, dont_inherit=True), space)  # noqa: S102
            except BaseException as error:
                self.problems.append({**what, "error": describe(error)})
            for name in source["judged"]:
                value = space.get(name)
                if name in own and callable(value) and not self._is_anothers(path, value):
                    defined[name] = value
                elif name in defined:  # an answer is a definition: what is imported below it does not replace it
                    space[name] = defined[name]
        self._say("loading", part=None)

    def _is_anothers(self, path: str, value: object) -> bool:
        """Whether a value is what another file has: then it was taken from there, in whatever words."""
        others = (module for other, module in self.files.items() if other != path)
        return any(value is own for module in others for own in vars(module).values())

    def _not_run(self, path: str, left_out: Collection[str], name: str) -> object:
        """Stand in for what a file would have if all of it were run, and for what others expect of it."""
        if name in left_out:
            return inert.absent(f"{name} of {path}", "it is not run, since it defines no answer")
        if name in self._seeds:
            return self._seeds[name]
        raise AttributeError(f"{path} has no {name}")

    # -- imports ----------------------------------------------------------------------------------------

    def _import(
        self, importer: str, name: str, _globals: object = None, _locals: object = None,
        fromlist: Sequence[str] | None = (), level: int = 0,
    ) -> object:  # fmt: skip
        """Do what an import statement of a file asks for."""
        source, wanted = self._order["files"][importer], "." * level + name
        top = name.partition(".")[0]
        known = wanted in source["imports"] and (level or top in self.names or top not in self._libraries)
        if not known:
            return self._from_elsewhere(source, wanted, name, fromlist, level)
        if fromlist:
            module = self._target(importer, wanted)
            for inside in fromlist:
                within = f"{wanted}{'' if wanted.endswith('.') else '.'}{inside}"
                if within in source["imports"] and inside not in vars(module):
                    setattr(module, inside, self._target(importer, within))
            return module
        parts = name.split(".")
        modules = [self._target(importer, ".".join(parts[: i + 1])) for i in range(len(parts))]
        for outer, part, inner in zip(modules, parts[1:], modules[1:], strict=False):
            setattr(outer, part, inner)
        return modules[0]

    def _target(self, importer: str, wanted: str) -> types.ModuleType:
        """Return the module that an import leads to: a file, a folder, or a module of the course."""
        where = self._order["files"][importer]["imports"].get(wanted)
        if where in self.modules:
            return self.modules[where]
        if where in self._order["files"]:
            return self._file(where)
        if where is not None and not where.endswith("/"):
            raise ImportError(f"{where} cannot be read")
        return self._packages.setdefault(where or wanted, types.ModuleType(wanted))

    def _from_elsewhere(
        self, source: Json, wanted: str, name: str, fromlist: Sequence[str] | None, level: int
    ) -> object:
        """Import what is no file of the learner's: it is installed, stood in for, or not there."""
        top = name.partition(".")[0]
        try:
            if level or not (
                top in self._libraries | sys.stdlib_module_names or top in inert.NAMES or name in sys.modules
            ):
                raise ModuleNotFoundError(f"No module named {wanted!r}")
            return builtins.__import__(name, {}, {}, fromlist, 0)
        except ModuleNotFoundError:
            if wanted not in source["absent"]:
                raise
        if wanted not in self.absent:
            self.absent.append(wanted)
        return inert.absent(wanted if fromlist else top, known=self._spelled)

    @cached_property
    def _spelled(self) -> dict[str, object]:
        """Return what the course has in place of what was not handed in, by all its names."""
        given = self._order["given"]
        helpers = {path.rpartition(".")[2]: self._given(path) for path in given if path.startswith("helpers.")}
        spelled = self._order["spelled"].items()
        return {"np": numpy, **helpers, **{name: self._seeds[path.partition(".")[2]] for name, path in spelled}}

    def public(self, module: str) -> list[str]:
        """Return what ``from module import *`` gives, of a module of the course."""
        home = self._order["homes"].get(module)
        more = (
            [name for name in vars(self._file(home)) if not name.startswith("_")]
            if home in self._order["files"]
            else []
        )
        return list(dict.fromkeys([*self.names[module], *more]))

    def attribute(self, module: str, name: str) -> object:
        """Return what a module of the course has under a name that was not loaded yet, or is not the course's."""
        if name in self.names[module]:
            value = self._answer(f"{module}.{name}")
            return self._seeds[name] if value is None else value
        home = self._order["homes"].get(module)
        if home in self._order["files"] and hasattr(self._file(home), name):
            return getattr(self._file(home), name)
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    # -- stand-ins --------------------------------------------------------------------------------------

    def _borrowed(self, name: str) -> Callable[..., object]:
        """Return what finds a name of the course when it is called: it may be defined by then, or in another file."""
        module = next(module for module, names in self.names.items() if name in names)

        def borrowed(*args: object, **kwargs: object) -> object:
            found = vars(self.modules[module]).get(name)
            return (self._stand_in(f"{module}.{name}") if found is None else found)(*args, **kwargs)

        self._stand_ins[id(borrowed)] = borrowed
        return borrowed

    def _stand_in(self, path: str) -> Callable[..., object]:
        def stand_in(*args: object, **kwargs: object) -> object:
            if self.current is None:
                raise NotAvailableError(path)
            return self.current.ask("stand_in", (args, kwargs), name=path)

        self._stand_ins[id(stand_in)] = stand_in
        return stand_in

    def replace(self, path: str) -> None:
        """Put a stand-in wherever the learner's files hold the function ``module.name`` or ``module.Class.name``."""
        module_name, *owners, name = path.split(".")
        home: Any = self.modules[module_name]
        for owner in owners:
            home = getattr(home, owner, None)
        if home is None or name not in vars(home):
            return
        own = vars(home)[name]
        stand_in = self._stand_in(".".join([module_name, *owners, name]))
        setattr(home, name, stand_in)
        names = () if owners else {name, self._order["answers"].get(path, ("", name))[1]}
        for module in (*self.modules.values(), *self.files.values()):
            for other, value in list(vars(module).items()):
                if (callable(value) and value is own) or other in names:
                    setattr(module, other, stand_in)

    def find(self, path: str) -> object:
        """Return what ``module.name`` names."""
        module, _, name = path.partition(".")
        return getattr(self.modules[module], name)
