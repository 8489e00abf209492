"""The far end of the wire: the process in which a learner's code runs.

Started as ``python -I -S server.py READ_FD WRITE_FD SITE_PACKAGES``. It imports numpy, confines itself, loads
the learner's modules once, and then forks one child for each check, so that a check sees the state right
after loading whatever other checks did. The child talks over a socket of its own, which dies with it.

Everything in here is within the learner's reach. Nothing here decides anything: what it says is evidence.
Standard library and numpy only; ``wire``, ``confine`` and ``inert`` lie beside this file.
"""

from __future__ import annotations

import ast
import contextlib
import gc
import importlib
import io
import os
import random
import signal
import socket
import sys
import traceback
import types
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from grader.box import confine, inert, wire
else:
    sys.path.insert(0, str(Path(__file__).parent))
    sys.path.append(sys.argv[3])
    import confine
    import inert
    import wire

    del sys.path[0]
import numpy as np  # found by the path just given

MAX_TEXT = 4000  # characters of an exception's text, or of what was printed
Json = Any


class NotAvailableError(Exception):
    """A function of another exercise is needed, and nothing stands in for it."""


class CallbackFailedError(Exception):
    """A function that the check passed in has failed; the check knows why."""


# -- what the learner prints ------------------------------------------------------------------------------


class Printed(io.RawIOBase):
    """A stream that keeps the first characters and drops the rest."""

    def __init__(self) -> None:
        self._kept = bytearray()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Keep what still fits."""
        chunk = bytes(data)
        self._kept += chunk[: MAX_TEXT - len(self._kept)]
        return len(chunk)

    def take(self) -> str:
        """Return what was kept, and begin anew."""
        text = self._kept.decode("utf-8", "backslashreplace")
        self._kept.clear()
        return text


def replace_standard_streams() -> Printed:
    """Send what is printed to memory, and the descriptors 0, 1 and 2 to nowhere."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nowhere, fd)
    printed = Printed()
    for name in ("stdout", "stderr"):
        stream = io.TextIOWrapper(printed, "utf-8", "backslashreplace", write_through=True)  # type: ignore[type-var]
        setattr(sys, name, stream)
    return printed


# -- the learner's modules --------------------------------------------------------------------------------


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


SUBMISSION = "<submission>/"  # begins the file name of everything the learner wrote


LAZY = annotations.compiler_flag  # a class that could not be defined costs no function that names it


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
        self.current: Conversation | None = None
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


# -- one check's conversation -----------------------------------------------------------------------------


class Conversation:
    """Does what the check asks for, one request at a time; requests may nest."""

    def __init__(self, pipe: wire.Pipe, answers: Answers, printed: Printed) -> None:
        self._link = wire.Link(pipe, 1, self._give, self._take)
        self._answers = answers
        self._printed = printed
        self._objects: list[object] = []
        self._visitors: dict[int, object] = {}
        answers.current = self

    def serve(self) -> None:
        """Answer requests until the check is over."""
        with contextlib.suppress(wire.Closed):
            while True:
                depth = self._link.depth
                self._perform(self._link.receive())
                self._link.release(depth)

    def ask(self, op: str, value: object, **plain: Json) -> object:
        """Have the check do something in the middle of a request; serve what it asks for meanwhile."""
        depth = self._link.depth
        self._link.send(op, value, share=True, **plain)
        while True:
            inner = self._link.depth
            message = self._link.receive()
            if message.op in ("result", "unavailable", "failed"):
                break
            self._perform(message)
            self._link.release(inner)
        self._link.release(depth)
        if message.op == "unavailable":
            raise NotAvailableError(message.text("what"))
        if message.op == "failed":
            raise CallbackFailedError(message.text("what"))
        return message.value

    def _perform(self, message: wire.Message) -> None:
        try:
            value = self._act(message)
            state = {number: public_attributes(visitor) for number, visitor in self._visitors.items()}
            self._link.send("return", (value, state), printed=self._printed.take())
        except wire.Closed:
            raise
        except wire.WireError as error:
            self._link.send("unsendable", printed=self._printed.take(), what=str(error))
        except BaseException as error:
            self._link.send("raise", printed=self._printed.take(), error=describe(error))

    def _act(self, message: wire.Message) -> object:
        args, kwargs = message.value
        match message.op:
            case "call":
                return self._answers.find(message.text("name"))(*args, **kwargs)  # type: ignore[operator]
            case "call_method":
                return getattr(args[0], message.text("name"))(*args[1:], **kwargs)
            case "get":
                return getattr(args[0], message.text("name"))
            case "set":
                setattr(args[0], message.text("name"), args[1])
                return None
            case "run":
                return self._run(message.text("source"), message.text("file"), message.text("name"), args, kwargs)
        raise wire.WireError(f"unknown request {message.op}")

    def _run(self, source: str, file: str, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> object:
        driver = types.ModuleType("driver")
        exec(compile(source, file, "exec", dont_inherit=True), driver.__dict__)  # noqa: S102 - the course's own text
        student = types.SimpleNamespace()
        for module, names in self._answers.names.items():
            for wanted in names:
                setattr(student, wanted, getattr(self._answers.modules[module], wanted))
        return getattr(driver, name)(student, *args, **kwargs)

    def _give(self, value: object) -> tuple[str, Any]:
        for number, visitor in self._visitors.items():
            if visitor is value:
                return "visitor", number
        self._objects.append(value)
        return "object", [len(self._objects) - 1, type(value).__name__, callable(value)]

    def _take(self, tag: str, payload: Any) -> object:
        match tag:
            case "object":
                return self._objects[payload]
            case "callback":
                return self._callback("callback", payload)
            case "file":
                return np.load(payload, mmap_mode="r", allow_pickle=False)
            case "visitor":
                return self._visitor(*payload)
        raise wire.WireError(f"unknown tag {tag}")

    def _callback(self, op: str, number: int, **plain: Json) -> Callable[..., object]:
        def callback(*args: object, **kwargs: object) -> object:
            return self.ask(op, (args, kwargs), number=number, **plain)

        return callback

    def _visitor(self, number: int, name: str, attributes: dict[str, Any], methods: list[str]) -> object:
        if number in self._visitors:
            return self._visitors[number]
        visitor = type(name, (), {})()
        vars(visitor).update(attributes)
        for method in methods:
            setattr(visitor, method, self._method(visitor, number, method))
        self._visitors[number] = visitor
        return visitor

    def _method(self, visitor: object, number: int, name: str) -> Callable[..., object]:
        def method(*args: object, **kwargs: object) -> object:
            state = {"number": number, "attributes": public_attributes(visitor)}
            return self.ask("visit", (args, kwargs, state), name=name)

        return method


def public_attributes(visitor: object) -> dict[str, object]:
    """Return the visitor's values, less its methods."""
    return {name: value for name, value in vars(visitor).items() if not callable(value)}


# -- the process ------------------------------------------------------------------------------------------


def hide_the_grader() -> None:
    """Let answers say ``from grader.datasets import load_mnist``; the data comes only through the check."""

    def load_mnist(*args: object, **kwargs: object) -> NoReturn:
        raise RuntimeError("load_mnist was called while the module was loaded; put it under if __name__ == '__main__':")

    def check(*args: object) -> None:
        """Do nothing: this is what a notebook calls to check itself."""

    package, datasets = types.ModuleType("grader"), types.ModuleType("grader.datasets")
    datasets.load_mnist = load_mnist  # type: ignore[attr-defined]
    package.datasets, package.check = datasets, check  # type: ignore[attr-defined]
    package.__path__ = []
    sys.modules |= {"grader": package, "grader.datasets": datasets}


def seed_everything(seed: int) -> None:
    """Make the learner's own draws repeat."""
    random.seed(seed)
    np.random.seed(seed % 2**32)


def requests(control: wire.Pipe) -> Iterator[dict[str, Json]]:
    """Yield what the client wants, until it is gone."""
    with contextlib.suppress(wire.Closed):
        while True:
            yield control.receive()[0]


def wait_for(child: int) -> dict[str, Json]:
    """Return how a check's process ended, once it has."""
    try:
        return exit_of(os.waitpid(child, 0)[1])
    except ChildProcessError:
        return {}


def reap(ended: dict[int, dict[str, Json]]) -> None:
    """Let go of the processes that have ended, orphans too, and note how."""
    with contextlib.suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            ended[found[0]] = exit_of(found[1])


def exit_of(status: int) -> dict[str, Json]:
    """Return an exit code, or the number of a signal."""
    code = os.waitstatus_to_exitcode(status)
    return {"signal": -code} if code < 0 else {"exit": code}


def warm_up() -> None:
    """Touch what a request touches, while nobody waits: in a forked process each page costs a fault at first."""
    read_fd, write_fd = os.pipe()
    link = wire.Link(wire.Pipe(read_fd, write_fd), 1, lambda value: ("", None), lambda tag, payload: None)
    link.send("call", ((np.zeros(2), 1.0, [0]), {"": None}), share=True, name="")
    link.receive()
    os.close(read_fd)
    os.close(write_fd)
    seed_everything(0)


def main() -> None:
    """Load the submission, then serve one check after another."""
    read_fd, write_fd = int(sys.argv[1]), int(sys.argv[2])
    if read_fd == 0:
        read_fd, write_fd = os.dup(0), os.dup(1)
    control = wire.Pipe(read_fd, write_fd, ahead=False)
    order = control.receive()[0]
    printed = replace_standard_streams()
    hide_the_grader()
    try:
        layers = confine.confine(confine.Level(order["level"]), confine.Policy(**order["policy"]))
    except confine.ConfineError as error:
        control.send({"op": "unconfined", "what": str(error)})
        return

    def say(op: str, **plain: Json) -> None:
        control.send({"op": op, **plain})

    say("confined", layers=list(layers))
    seed_everything(order["seed"])
    names, modules = order["names"], order["modules"]
    answers, displays = Answers(names, say), inert.Displays(order["libraries"])
    own = Source(modules, [name for name in modules if name in names], answers)
    helpers = Source(modules, [name for name in modules if name not in names], answers)
    sys.meta_path[:] = [own, displays, *sys.meta_path, helpers]
    found = answers.load(order["skip"], {name: module["taken"] for name, module in modules.items()})
    printed.take()
    say("loaded", found=found, problems=answers.problems[:100], inert=displays.used)
    gc.freeze()

    if not order["fork"]:
        begin(control, answers, printed)
        return
    children: dict[int, int] = {}
    ended: dict[int, dict[str, Json]] = {}
    receiver = socket.socket(fileno=os.dup(read_fd))
    for request in requests(control):
        if request["op"] == "status":
            child = children[request["number"]]
            say("status", **(ended[child] if child in ended else wait_for(child)))
            continue
        reap(ended)
        fd = socket.recv_fds(receiver, 1, 1)[1][0]
        child = children[request["number"]] = os.fork()  # where that fails, the client starts another box
        if child == 0:
            os.close(read_fd)
            receiver.close()
            begin(wire.Pipe(fd, fd), answers, printed)
            os._exit(0)
        os.close(fd)


def begin(pipe: wire.Pipe, answers: Answers, printed: Printed) -> None:
    """Serve one check in this process."""
    warm_up()
    try:
        pipe.send({"op": "ready"})
        request = pipe.receive()[0]
    except wire.Closed:
        return  # a spare one that was not needed
    if len(request.get("processors", ())) == 1:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, request["processors"])
    seed_everything(request["seed"])
    for path in request["stand_ins"]:
        answers.replace(path)
    Conversation(pipe, answers, printed).serve()


if __name__ == "__main__":
    if hasattr(signal, "SIGXFSZ"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that grows too large is an OSError, not a death
    main()
