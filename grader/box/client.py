"""The near end of the wire: start a box, call what is in it, kill it in time.

What comes back is evidence from a stranger. Every way a call can end that is not a value is an ``Event``:
the plugin turns it into a verdict. A box that hangs or dies costs the check that was running; the next check
gets another box.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.box import confine, wire
from grader.box.confine import Level
from grader.box.process import FORK, Channel, Process
from grader.errors import BoxError
from grader.model import Limits, Module

Array = NDArray[Any]
WRONG_FORM = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)  # of what a stranger says
ENOUGH_ENDS = 3  # after so many statements of notebooks that end the box, the module that asked for them is lost
START_S = 60.0  # seconds for Python and numpy to start, before anything of a learner's runs


class Event(Exception):  # noqa: N818 - most of these are a learner's news, not our errors
    """A call ended without a value."""


@dataclass(eq=False)
class StudentRaised(Event):
    """The learner's code raised an exception.

    Attributes:
        type_name: the exception's class.
        kinds: the names of that class and its bases.
        text: the exception's own text.
        frames: the learner's own frames, outermost first: file, line, function, column or 0.
    """

    type_name: str
    kinds: tuple[str, ...] = ()
    text: str = ""
    frames: tuple[tuple[str, int, str, int], ...] = ()
    while_loading: bool = False


@dataclass(eq=False)
class Missing(Event):
    """The submission does not define what is asked for; ``known`` is what it does define."""

    name: str
    known: tuple[str, ...] = ()


@dataclass(eq=False)
class Needs(Event):
    """The call needs a function of another exercise, ``module.name``, and nothing stands in for it."""

    name: str


@dataclass(eq=False)
class TimedOut(Event):
    """The time limit was reached."""

    seconds: float
    while_loading: bool = False
    again: bool = False  # it was not even tried: other checks of the exercise timed out


@dataclass(eq=False)
class Died(Event):
    """The process ended before it answered: by a signal's number, or with an exit code."""

    signal: int | None = None
    exit: int | None = None
    while_loading: bool = False


@dataclass(eq=False)
class BadReply(Event):
    """The answer was too large, or no value that can be read."""

    what: str


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


@dataclass(slots=True)
class Call:
    """One call of the learner's code, kept as evidence."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    result: Any = None


@dataclass(slots=True)
class Loaded:
    """What loading a module of the course brought to light."""

    trouble: Event | None = None
    missing: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A statement of a notebook that ended without doing its work, and the names that it would have defined.

    Or a whole module, and the names that no notebook has in its place.
    """

    event: Event
    names: tuple[str, ...]
    file: str
    line: int

    @property
    def where(self) -> tuple[str, int]:
        """The file and the line, of its own where the exception says so."""
        frames = self.event.frames if isinstance(self.event, StudentRaised) else ()
        return next(((file, line) for file, line, *_ in frames if file == self.file), (self.file, self.line))

    @property
    def said(self) -> str:
        """What ended it, in a few words."""
        match self.event:
            case StudentRaised():
                return f"{self.event.type_name}: {self.event.text}" if self.event.text else self.event.type_name
            case TimedOut():
                return f"took over {self.event.seconds:g} s"
        return "ended Python"


class Box:
    """A confined process that holds one submission, and another one whenever that dies.

    Args:
        process: a server that waits for its orders.
        levels: how strongly to confine it; the next one is tried where one cannot be had.
        modules: the submission's modules, by name.
        names: what the course knows of each module, in course order.
        limits: what it may use.
        seed: for the learner's own random draws.
        readable: files that the checks hand over by name.
        libraries: installed packages, besides numpy, that answers may import.

    Attributes:
        level: what is in force, once something is loaded.
        layers: what that consists of here.
        problems: statements of notebooks that failed while they were loaded.
        inert: display libraries that were imported, and stood in for.
    """

    def __init__(
        self,
        process: Process,
        levels: Sequence[Level],
        modules: Mapping[str, Module],
        names: Mapping[str, Sequence[str]],
        *,
        limits: Limits | None = None,
        seed: int = 0,
        readable: Sequence[Path] = (),
        libraries: Sequence[str] = (),
    ) -> None:
        self.limits = limits or Limits()
        self.layers: tuple[str, ...] = ()
        self.problems: tuple[Problem, ...] = ()
        self.inert: tuple[str, ...] = ()
        self.level = process.level
        self._process: Process | None = process
        self._levels = list(levels)
        self._modules = modules
        self._names = names
        self._seed = seed
        self._readable = tuple(readable)
        self._libraries = list(libraries)
        self._lost: dict[str, Event] = {}
        self._left_out: dict[tuple[str, int], Event] = {}  # statements of notebooks that ended a box
        self._emptied: dict[str, Problem] = {}  # modules that ended one, and of which notebooks have a part
        self._found: dict[str, Loaded] | None = None
        self._order(process)

    def __enter__(self) -> Box:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    # -- life -------------------------------------------------------------------------------------------

    @property
    def found(self) -> Mapping[str, Loaded]:
        """What loading brought to light, by module; waits until everything is loaded."""
        self._loaded()
        return self._found or {}

    def _loaded(self) -> Process:
        """Return a process that has loaded the submission."""
        if self._process is not None and self._found is not None:
            return self._process
        while True:
            process = self._process = self._process or self._order(self._start())
            loading, part, confined = "", None, False
            try:
                with process.deadline(START_S):
                    head = process.control.receive()[0]
                if confined := head["op"] == "confined":
                    self.layers = tuple(str(layer) for layer in head["layers"])
                    with process.deadline(self.limits.timeout_s):
                        while (head := process.control.receive()[0])["op"] == "loading":
                            loading, part = str(head["module"]), read_part(head["part"])
                if not confined:
                    self._weaken(str(head.get("what")))
                    continue
                self._found = self._read_found(head)
                self.problems, self.inert = self._read_problems(head)
                return process
            except (wire.Closed, wire.WireError, *WRONG_FORM) as error:
                event = self._ended(process, self.limits.timeout_s)
                self._end()
                if not confined:
                    self._weaken("it ended at once")
                    continue
                left = [name for name in self._names if name not in self._lost]
                if not left:
                    raise BoxError("the box ends before anything is loaded into it") from error
                event.while_loading = True
                if part and part not in self._left_out and len(self._left_out) < ENOUGH_ENDS:
                    self._left_out[part] = event
                    continue
                name = loading if loading in left else left[0]  # only what the box says
                if not self._emptied_now(name, event):
                    self._lost[name] = event

    def _emptied_now(self, name: str, event: Event) -> bool:
        """Try once more without a module's own text, where notebooks have a part of it."""
        module = self._modules.get(name)
        if module is None or not module.taken or not module.units or name in self._emptied:
            return False
        lost = tuple(own for own in self._names[name] if own not in module.taken)
        self._emptied[name] = Problem(event, lost, module.units[0].file, 1)
        return True

    def _start(self) -> Process:
        return Process(self.level, self.limits, self._readable)

    def _weaken(self, why: str) -> None:
        """Go on with the next level.

        Raises:
            BoxError: there is none.
        """
        self._end()
        if self.level is self._levels[-1]:
            reason = confine.available(self.level) or why
            raise BoxError(f"sandbox {self.level}: {reason}; fix that, or choose another with --sandbox")
        self.level = self._levels[self._levels.index(self.level) + 1]

    def _order(self, process: Process) -> Process:
        modules = {
            name: {
                "units": [[unit.file, unit.source] for unit in module.units if name not in self._emptied],
                "cells": module.cells,
                "taken": dict(module.taken),
                "left_out": [list(part) for part in self._left_out],
            }
            for name, module in self._modules.items()
            if module.problem is None
        }
        names = {module: list(names) for module, names in self._names.items()}
        skip = [name for name in names if name in self._lost or name not in modules]
        order = {"modules": modules, "names": names, "skip": skip, "seed": self._seed, "fork": FORK}
        order["libraries"] = self._libraries
        with contextlib.suppress(wire.Closed):  # it is noticed when the answer does not come
            process.control.send(order | {"level": process.level.value, "policy": asdict(process.policy)})
        return process

    def _read_found(self, head: dict[str, Any]) -> dict[str, Loaded]:
        found = {}
        for name in self._names:
            said = head["found"][name]
            error = said["error"]
            trouble = self._lost.get(name) or (read_error(error, while_loading=True) if error else None)
            missing, names = (tuple(str(n) for n in said[key]) for key in ("missing", "names"))
            found[name] = Loaded(trouble, missing, names)
        return found

    def _read_problems(self, head: dict[str, Any]) -> tuple[tuple[Problem, ...], tuple[str, ...]]:
        problems = list(self._emptied.values())
        for said in head["problems"][:100]:
            part = read_part(said.get("part"))
            event = self._left_out[part] if part else read_error(said["error"], while_loading=True)
            names = tuple(str(name) for name in said["names"])
            problems.append(Problem(event, names, str(said["file"])[:200], int(said["line"])))
        return tuple(problems), tuple(str(name)[:80] for name in head["inert"][:20])

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    @staticmethod
    def _ended(process: Process, limit: float) -> TimedOut | Died:
        """Return how a process ended that has stopped answering."""
        if process.expired:
            return TimedOut(limit)
        status = process.status()
        return Died(exit=status) if status is not None and status >= 0 else Died(signal=-status if status else None)

    # -- checks -----------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def conversation(
        self,
        seed: int,
        stand_ins: Sequence[str] = (),
        reference: Callable[[str], Callable[..., Any] | None] = lambda name: None,
        timeout_s: float | None = None,
    ) -> Iterator[Conversation]:
        """Open a conversation with a fresh copy of the loaded submission, for one check.

        Args:
            seed: for the learner's own random draws.
            stand_ins: functions, ``module.name``, to be replaced by reference answers.
            reference: looks up a reference answer; None where there is none to be had.
            timeout_s: seconds for the check, the usual limit where not given.
        """
        limit = timeout_s or self.limits.timeout_s
        process, channel = self._open({"seed": seed, "stand_ins": list(stand_ins)})
        try:
            with process.deadline(limit):
                yield Conversation(channel.pipe, lambda: self._why(process, channel, limit), reference)
        finally:
            channel.close()
            if process.expired or not FORK:
                self._end()

    def _open(self, request: dict[str, Any]) -> tuple[Process, Channel]:
        for _ in range(2):
            process = self._loaded()
            try:
                with process.deadline(self.limits.timeout_s):
                    return process, process.channel(request)
            except (wire.Closed, wire.WireError, OSError):
                self._end()
        raise Died(while_loading=True)  # what is loaded keeps the box from being copied

    def _why(self, process: Process, channel: Channel, limit: float) -> Event:
        """Return why a check's process has stopped answering."""
        if process.expired or not FORK:
            return self._ended(process, limit)
        try:
            with process.deadline(1.0):
                process.control.send({"op": "status", "number": channel.number})
                head = process.control.receive()[0]
        except (wire.Closed, wire.WireError):
            self._end()
            return Died()
        code, number = head.get("exit"), head.get("signal")
        return Died(number if type(number) is int else None, code if type(code) is int else None)


class Conversation:
    """What one check says to its copy of the submission."""

    def __init__(
        self, pipe: wire.Pipe, why: Callable[[], Event], reference: Callable[[str], Callable[..., Any] | None]
    ) -> None:
        self.calls: deque[Call] = deque(maxlen=8)
        self.printed = ""
        self._why = why
        self._reference = reference
        self._link = wire.Link(pipe, 0, self._give, self._take)
        self._inside = 0  # how many functions of the grader's the learner's code has called and waits for
        self._passed: list[tuple[Array, Array]] = []
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
        return call.result

    def _copies(self, value: Any) -> Any:
        """Copy every array, so that what a check computes from its own arrays cannot be tampered with."""
        if isinstance(value, np.ndarray):
            known = next((left for passed, left in self._passed if passed is value), None)
            if known is None:
                known = value.copy()
                self._passed.append((value, known))
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

    # -- what the box asks for --------------------------------------------------------------------------

    def _serve(self, message: wire.Message) -> None:
        try:
            function, args, kwargs = self._asked(message)
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
            self._failure = self._failure or error
            self._link.send("failed", what=type(error).__name__)
        else:
            self._link.send("result", value)
        finally:
            self._inside -= 1

    def _asked(self, message: wire.Message) -> tuple[Callable[..., Any] | None, Any, dict[str, Any]]:
        match message.op:
            case "callback":
                args, kwargs = message.value
                return self._callbacks[message.plain["number"]], args, kwargs
            case "stand_in":
                args, kwargs = message.value
                return self._reference(message.text("name")), args, kwargs
            case "visit":
                args, kwargs, state = message.value
                visitor = self._update(state["number"], state["attributes"])
                return getattr(visitor, public(message.text("name"))), args, kwargs
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
            value = self._conversation.request("get", (self,), {}, name=name)
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


# -- reading what a stranger says -------------------------------------------------------------------------


def read_error(said: Any, *, while_loading: bool = False) -> StudentRaised:
    """Turn a described exception into an event, believing nothing.

    Raises:
        wire.WireError: it is no description of an exception.
    """
    try:
        if said.get("skipped"):
            return StudentRaised("Skipped", while_loading=True)
        frames = tuple(
            (str(f[0])[:200], int(f[1]), str(f[2])[:200], int(f[3]) if len(f) > 3 else 0) for f in said["frames"][:20]
        )
        kinds = tuple(str(kind)[:80] for kind in said["kinds"][:20])
        return StudentRaised(str(said["type"])[:80], kinds, str(said["text"])[:4000], frames, while_loading)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError, OverflowError) as error:
        raise wire.WireError("an exception has the wrong form") from error


def read_part(said: Any) -> tuple[str, int] | None:
    """Return which statement of which notebook the box speaks of; None for none."""
    if said is None:
        return None
    name, number = said
    return str(name), int(number)


def public(name: str) -> str:
    """Return the name of a method that may be called from the box."""
    if name.startswith("_") or not name.isidentifier():
        raise wire.WireError(f"{name[:80]!r} is not a public method")
    return name
