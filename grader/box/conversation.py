"""What one check says to its copy of a submission: calls, functions and objects that travel, handles that stay.

What comes back is evidence from a stranger. A call that gives no value raises one of ``events``.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.box import wire
from grader.box.asking import check_arguments, check_fit, kinds_of
from grader.box.events import BadReply, Event, Misasked, Needs, read_error
from grader.box.evidence import Call, Came, Misuse

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An ``.npy`` file that reaches the box as a read-only memory map, without copying."""

    path: Path


class Visitor:
    """A check's own object for the learner's code to use: subclass it.

    Public instance attributes travel to the box when it is first passed, and come back with each call of a method
    and with the end of the outer call; what a method changes in them does not travel again. Public methods run in
    the grader.
    """


class Conversation:
    """What one check says to its copy of the submission."""

    def __init__(
        self, pipe: wire.Pipe, why: Callable[[], Event], reference: Callable[[str], Callable[..., Any] | None]
    ) -> None:
        self.calls: deque[Call] = deque(maxlen=8)
        self.printed = ""
        self.asked = False  # whether the learner's code was asked for anything
        self.mapped = False  # whether it was handed a file
        self.came: Came | None = None  # None where it is neither, or nothing came
        self.misuse: Misuse | None = None
        self._why = why
        self._reference = reference
        self._link = wire.Link(pipe, 0, self._give, self._take)
        self._inside = 0  # how many functions of the grader's the learner's code has called and waits for
        self._passed: list[tuple[Array, Array]] = []
        self._entries = 0  # numbers in the arrays of all calls
        self._callbacks: list[Callable[..., Any]] = []
        self._visitors: list[Visitor] = []
        self._failure: Exception | None = None
        self._needed: str | None = None

    def call(self, path: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call ``module.name`` with these arguments and return what comes back."""
        return self._record(Call(path.rpartition(".")[2], args, kwargs), "call", args, kwargs, path)

    def call_method(self, handle: Handle, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a method of an object in the box."""
        call = Call(f"{handle_type(handle)}.{name}", args, kwargs)
        return self._record(call, "call_method", (handle, *args), kwargs, name)

    def after(self, array: Array) -> Array:
        """Return what the learner's code left of an array that the last call passed to it.

        Raises:
            LookupError: the last call did not pass it.
        """
        for passed, left in self._passed:
            if passed is array:
                return left
        raise LookupError("the last call did not pass this array")

    def _record(self, call: Call, op: str, args: tuple[Any, ...], kwargs: dict[str, Any], name: str) -> Any:
        if self._inside:  # a reference answer calls back what the learner's code gave it: their arrays are one
            return self.request(op, args, kwargs, name=name)
        self.calls.append(call)
        self._passed = []
        call.result = self.request(op, self._copies(args), self._copies(kwargs), name=name)
        self.came = Came(call.name, call.result)
        return call.result

    def read(self, handle: Handle, name: str) -> Any:
        """Return an attribute of an object in the box."""
        value = self.request("get", (handle,), {}, name=name)
        self.came = Came(f"{handle_type(handle)}.{name}", value, read=True)
        return value

    def _copies(self, value: Any) -> Any:
        """Copy every array, so that what a check computes from its own arrays cannot be tampered with."""
        if isinstance(value, np.ndarray):
            known = next((left for passed, left in self._passed if passed is value), None)
            if known is None:
                known = value.copy()
                self._passed.append((value, known))
                self._entries += value.size
            return known
        if isinstance(value, tuple):
            return tuple(self._copies(part) for part in value)
        if isinstance(value, list):
            return [self._copies(part) for part in value]
        if isinstance(value, dict):
            return {key: self._copies(part) for key, part in value.items()}
        return value

    def request(self, op: str, args: tuple[Any, ...], kwargs: dict[str, Any], **plain: Any) -> Any:
        """Ask for something, serve what the box asks for meanwhile, and return the value.

        Raises:
            Event: there is none, for one of the reasons above.
        """
        self.asked, self.came = True, None
        depth = self._link.depth
        try:
            self._link.send(op, (args, kwargs), share=True, **plain)
            while True:
                inner = self._link.depth
                message = self._link.receive()
                if message.op in ("return", "raise", "unsendable"):
                    break
                self._serve(message)
                self._link.release(inner)
        except wire.Closed:
            raise self._why() from None
        except wire.WireError as error:
            raise BadReply(str(error)) from error
        self._link.release(depth)
        return self._read(message)

    def _read(self, message: wire.Message) -> Any:
        failure, self._failure = self._failure, None
        if failure is not None:  # what a function of the check's raised comes before what became of it
            if message.op == "raise":
                with contextlib.suppress(wire.WireError):
                    self._place(failure, read_error(message.plain.get("error")).frames)
            raise failure
        try:
            self.printed = (self.printed + message.text("printed"))[:4000]
            if message.op == "unsendable":
                raise BadReply(message.text("what"))
            if message.op == "raise":
                raised = read_error(message.plain.get("error"))
                if raised.type_name == "NotAvailableError" and self._needed:
                    raise Needs(self._needed)
                raise raised
            value, state = message.value
            for number, attributes in state.items():
                self._update(number, attributes)
            return value
        except (wire.WireError, AttributeError, TypeError, ValueError, IndexError) as error:
            raise BadReply("the answer has the wrong form") from error

    def _place(self, failure: Exception, frames: tuple[tuple[str, int, str, int], ...]) -> None:
        """Keep where the learner's code asked for what failed."""
        if isinstance(failure, Misasked):
            failure.frames = frames
        elif self.misuse is not None:
            self.misuse = replace(self.misuse, frames=frames)

    # -- what the box asks for --------------------------------------------------------------------------

    def _serve(self, message: wire.Message) -> None:
        try:
            function, args, kwargs = self._asked(message)
        except Misasked as error:
            self._failure = self._failure or error
            self._link.send("failed", what="TypeError")
            return
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise wire.WireError("a request has the wrong form") from error
        if function is None:
            self._needed = message.text("name")
            self._link.send("unavailable", what=self._needed)
            return
        self._inside += 1
        try:
            value = function(*args, **kwargs)
        except wire.WireError:
            raise
        except Exception as error:
            if self._failure is None:
                name = "" if message.op == "callback" else message.text("name").rpartition(".")[2]
                self._failure, self.misuse = error, Misuse(name, kinds_of(args, kwargs), error)
            self._link.send("failed", what=type(error).__name__)
        else:
            self._link.send("result", value)
        finally:
            self._inside -= 1

    def _asked(self, message: wire.Message) -> tuple[Callable[..., Any] | None, Any, dict[str, Any]]:
        match message.op:
            case "callback":
                args, kwargs = message.value
                function = self._callbacks[message.plain["number"]]
                check_arguments(function, "", args, kwargs, self._entries)
                return function, args, kwargs
            case "stand_in":
                args, kwargs = message.value
                stand_in = self._reference(name := message.text("name"))
                if stand_in is not None:
                    check_fit(stand_in, name.rpartition(".")[2], args, kwargs, defaults=True)
                return stand_in, args, kwargs
            case "visit":
                args, kwargs, state = message.value
                visitor = self._update(state["number"], state["attributes"])
                method = getattr(visitor, public(name := message.text("name")))
                check_arguments(method, name, args, kwargs, self._entries)
                return method, args, kwargs
        raise wire.WireError("an unknown request")

    def _update(self, number: Any, attributes: Any) -> Visitor:
        visitor: Visitor = self._visitors[number]
        for name in vars(visitor).keys() & attributes.keys():
            setattr(visitor, name, attributes[name])
        return visitor

    def _give(self, value: object) -> tuple[str, Any]:
        if isinstance(value, Handle):
            return "object", handle_number(value)
        if isinstance(value, Mapped):
            self.mapped = True
            return "file", str(value.path)
        if isinstance(value, Visitor):
            if value not in self._visitors:
                self._visitors.append(value)
            attributes = {name: part for name, part in vars(value).items() if name[0] != "_" and not callable(part)}
            methods = [name for name in dir(value) if not name.startswith("_") and callable(getattr(value, name))]
            return "visitor", [self._visitors.index(value), type(value).__name__, attributes, methods]
        if callable(value):
            self._callbacks.append(value)
            return "callback", len(self._callbacks) - 1
        raise TypeError(f"a check cannot pass a {type(value).__name__} to the learner's code")

    def _take(self, tag: str, payload: Any) -> object:
        if tag == "visitor":
            return self._visitors[payload]
        number, type_name, is_callable = payload
        if tag != "object" or type(number) is not int:
            raise wire.WireError("an unknown object")
        return Handle(self, number, str(type_name)[:80], bool(is_callable))


# -- proxies ----------------------------------------------------------------------------------------------


class Handle:
    """An object that stays in the box: attributes are read and set there, methods run there."""

    __slots__ = ("_callable", "_conversation", "_methods", "_number", "_type")

    def __init__(self, conversation: Conversation, number: int, type_name: str, is_callable: bool) -> None:
        for name, value in zip(self.__slots__, (is_callable, conversation, set(), number, type_name), strict=True):
            object.__setattr__(self, name, value)

    def __repr__(self) -> str:
        return f"<{self._type} in the box>"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name not in self._methods:
            value = self._conversation.read(self, name)
            if not (isinstance(value, Handle) and value._callable):
                return value
            self._methods.add(name)
        return lambda *args, **kwargs: self._conversation.call_method(self, name, args, kwargs)

    def __setattr__(self, name: str, value: object) -> None:
        self._conversation.request("set", (self, value), {}, name=name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the object itself."""
        return self._conversation.call_method(self, "__call__", args, kwargs)


def handle_number(handle: Handle) -> int:
    """Return the number by which the box knows the object."""
    return int(handle._number)


def handle_type(handle: Handle) -> str:
    """Return the name of the object's class."""
    return str(handle._type)


def public(name: str) -> str:
    """Return the name of a method that may be called from the box."""
    if name.startswith("_") or not name.isidentifier():
        raise wire.WireError(f"{name[:80]!r} is not a public method")
    return name
