"""The far end of a conversation: do what a check asks for, in a copy of what is loaded.

Everything in here is within the learner's reach. Standard library and numpy; ``modules`` and ``wire`` lie beside this.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
import types
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from grader.box import modules, wire
else:
    import modules
    import wire

WARMING = 10  # times; Python 3.11 has learned all that it learns of a piece of code after some eight
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
                self.answer()

    def answer(self) -> None:
        """Answer one request."""
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
        name = f"ndarray of {value.dtype.name}" if isinstance(value, np.ndarray) else type(value).__name__
        return "object", [len(self._objects) - 1, name, callable(value)]

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


class Rehearsal(Conversation):
    """A conversation in which nothing of the learner's is called."""

    def _act(self, message: wire.Message) -> object:
        (x, *_), _ = message.value
        if x is None:
            raise NotImplementedError  # as stubs do
        y = np.exp(x - x.max(axis=-1, keepdims=True))
        y = -np.sum(np.log(y + 1e-7) * y, axis=0) / x.shape[0]
        return np.dot(x.T, x), y.argmax(), np.zeros_like(x) ** 2, np.arange(3) > 0, np.float64(0.5)


def warm_up(answers: modules.Answers, printed: Printed) -> None:
    """Do what checks do, before there are copies: what Python learns from it, no copy has to learn again.

    In a copy each page that is written to costs a fault.
    """
    (read_fd, their_write_fd), (their_read_fd, write_fd) = os.pipe(), os.pipe()
    client = wire.Link(wire.Pipe(read_fd, write_fd), 0, lambda value: ("", None), lambda tag, payload: None)
    rehearsal = Rehearsal(wire.Pipe(their_read_fd, their_write_fd), answers, printed)
    for x in (np.ones((2, 3)), None) * WARMING:
        client.send("call", ((x, 1.0, [0]), {"": None}), share=True, name="")
        rehearsal.answer()
        client.receive()
        client.release(0)
    for fd in (read_fd, write_fd, their_read_fd, their_write_fd):
        os.close(fd)
    answers.current = None
