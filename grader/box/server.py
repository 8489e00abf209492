"""The far end of the wire: the process in which a learner's code runs.

Started as ``python -I -S server.py READ_FD WRITE_FD SITE_PACKAGES``. It imports numpy, confines itself, loads
the learner's modules once, and then forks one child for each check, so that a check sees the state right
after loading whatever other checks did. The child talks over a socket of its own, which dies with it.

Everything in here is within the learner's reach. Nothing here decides anything: what it says is evidence.
Standard library and numpy only; ``wire``, ``confine``, ``inert`` and ``modules`` lie beside this file.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import random
import signal
import socket
import sys
import types
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from grader.box import confine, inert, modules, wire
else:
    sys.path.insert(0, str(Path(__file__).parent))
    sys.path.append(sys.argv[3])
    import confine
    import inert
    import modules
    import wire

    del sys.path[0]
    for name in "confine", "inert", "modules", "wire":
        del sys.modules[name]  # a learner's own file may have such a name
import numpy as np  # found by the path just given

Json = Any


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
        self._kept += chunk[: modules.MAX_TEXT - len(self._kept)]
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


# -- one check's conversation -----------------------------------------------------------------------------


class Conversation:
    """Does what the check asks for, one request at a time; requests may nest."""

    def __init__(self, pipe: wire.Pipe, answers: modules.Answers, printed: Printed) -> None:
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
            raise modules.NotAvailableError(message.text("what"))
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
            self._link.send("raise", printed=self._printed.take(), error=modules.describe(error))

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
    names, sources = order["names"], order["modules"]
    answers, displays = modules.Answers(names, say), inert.Displays(order["libraries"])
    own = modules.Source(sources, [name for name in sources if name in names], answers)
    helpers = modules.Source(sources, [name for name in sources if name not in names], answers)
    sys.meta_path[:] = [own, displays, *sys.meta_path, helpers]
    found = answers.load(order["skip"], {name: source["taken"] for name, source in sources.items()})
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


def begin(pipe: wire.Pipe, answers: modules.Answers, printed: Printed) -> None:
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
