"""Frames and values: the one codec that both ends of the wire speak.

A frame is a length pair, a JSON head and the bytes of the arrays that the head mentions. Values are None,
bool, int, float, complex, str, list, tuple, dict, numeric arrays and numbers; whatever else an end wants to
pass it gives a tag of its own. Nothing is ever unpickled. Lengths, depths, dtypes and shapes are checked
before they are believed: whatever bytes come in, only ``WireError`` comes out.

Arrays keep Python's sharing while a call is under way: one that was passed before is named again, not
copied, and what either end changed in place is brought along with its next frame.

In one file, since the box loads it by itself; so it uses the standard library and numpy alone.
"""

from __future__ import annotations

import io
import json
import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Tree = Any  # what json can hold

LENGTHS = struct.Struct(">IQ")  # bytes of the head, bytes of the arrays
MAX_HEAD = 4 << 20  # bytes: all text of a submission
MAX_SAID = 1 << 20  # bytes of the head of what is said in a conversation: 40,000 numbers outside of arrays
MAX_BODY = 128 << 20  # bytes: twice the largest array that a check asks for
MAX_DEPTH = 32  # lists within lists
MAX_KEYS = 1000  # of one dict: to insert n keys with one hash takes n * n / 2 steps
MAX_DIGITS = 32  # of a number written as text
MAX_REFS = 1000  # arrays that both ends hold at a time
MAX_SHARED = 8 << 20  # bytes: a larger array travels by copy alone
DTYPES = {
    name: np.dtype(name)
    for name in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16")
}
READ_AHEAD = 1 << 16  # bytes
to_json = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


class WireError(Exception):
    """A frame or a value does not keep to the protocol."""


class Closed(Exception):  # noqa: N818 - an end of the conversation, not a fault
    """The other end is gone."""


class Pipe:
    """Whole frames over a pair of file descriptors.

    Args:
        read_fd, write_fd: they stay the caller's to close.
        ahead: read what has come already in one go; not where descriptors follow a frame.
    """

    def __init__(self, read_fd: int, write_fd: int, *, ahead: bool = True) -> None:
        reader = io.FileIO(read_fd, "rb", closefd=False)
        self._reader = io.BufferedReader(reader, READ_AHEAD) if ahead else reader
        self._writer = io.FileIO(write_fd, "wb", closefd=False)

    def send(self, head: Tree, arrays: Sequence[Array] = (), most: int = MAX_HEAD) -> None:
        """Write one frame, the head of which has at most so many bytes.

        Raises:
            WireError: it is larger than a frame may be, or holds what JSON cannot.
            Closed: nobody reads any more.
        """
        try:
            text = to_json(head).encode("ascii")
        except (ValueError, TypeError, RecursionError) as error:
            raise WireError(f"cannot be sent: {error}") from error
        body_length = sum(array.nbytes for array in arrays)
        if len(text) > most or body_length > MAX_BODY:
            raise WireError(f"{(len(text) + body_length) >> 20} MiB is more than may be sent")
        frame = [LENGTHS.pack(len(text), body_length), text, *(array.tobytes() for array in arrays)]
        rest = memoryview(b"".join(frame))
        try:
            while rest:
                rest = rest[self._writer.write(rest) or 0 :]
        except OSError as error:
            raise Closed from error

    def receive_head(self, most: int = MAX_SAID) -> dict[str, Tree]:
        """Read a frame without arrays, of at most so many bytes; raises as ``receive`` does."""
        return self.receive(most, 0)[0]

    def receive(self, most: int = MAX_HEAD, most_body: int = MAX_BODY) -> tuple[dict[str, Tree], memoryview]:
        """Read one frame: its head and the bytes of its arrays, each of at most so many bytes.

        Raises:
            WireError: what comes is no frame.
            Closed: the other end is gone.
        """
        head_length, body_length = LENGTHS.unpack(self._exactly(LENGTHS.size))
        if head_length > most or body_length > most_body:
            raise WireError("a frame is longer than any may be")
        text = self._exactly(head_length)
        try:
            head = json.loads(text.decode())
        except (ValueError, RecursionError) as error:
            raise WireError("a frame's head is not JSON") from error
        if not isinstance(head, dict):
            raise WireError("a frame's head is not an object")
        return head, memoryview(self._exactly(body_length) if body_length else b"")

    def _exactly(self, count: int) -> bytearray:
        data = bytearray(count)
        rest = memoryview(data)
        while rest:
            try:
                got = self._reader.readinto(rest)
            except OSError as error:
                raise Closed from error
            if not got:
                raise Closed
            rest = rest[got:]
        return data


@dataclass(slots=True)
class Shared:
    """An array that both ends hold, and its bytes when they last agreed."""

    ref: int
    array: Array
    agreed: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said: what, about what, and a value."""

    op: str
    value: Any = None
    plain: dict[str, Tree] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """Return a plain field that has to be a string."""
        value = self.plain.get(key, "")
        if not isinstance(value, str):
            raise WireError(f"{key} is not a string")
        return value


class Link:
    """A conversation about values over a pipe, with the arrays it shares.

    Args:
        pipe: carries the frames.
        end: 0 or 1, another number at each end.
        give: turns an object that is no plain value into ``(tag, payload)``; the payload is a value itself.
        take: turns such a pair back into an object.
    """

    def __init__(
        self, pipe: Pipe, end: int, give: Callable[[object], tuple[str, Any]], take: Callable[[str, Any], object]
    ) -> None:
        self._pipe = pipe
        self._next_ref = end
        self._give = give
        self._take = take
        self._shared: list[Shared] = []
        self._room = 0  # bytes that the arrays of the message being read may still take

    @property
    def depth(self) -> int:
        """How many arrays are shared now; hand it to ``release`` later."""
        return len(self._shared)

    def release(self, depth: int) -> None:
        """Forget the arrays shared since ``depth`` was asked for."""
        del self._shared[depth:]

    def send(self, op: str, value: object = None, *, share: bool = False, **plain: Tree) -> None:
        """Say ``op`` with a value; ``share`` its arrays, so that changes in place are seen at both ends."""
        arrays = Outgoing()
        changes = [[shared.ref, self._array(change, arrays, None)] for shared, change in self._changes()]
        tree = self._encode(value, arrays, share, MAX_DEPTH)
        self._pipe.send({"op": op, "sync": changes, "value": tree, "plain": plain}, arrays.items, MAX_SAID)

    def receive(self) -> Message:
        """Wait for what the other end says next.

        All arrays of a message together are no larger than a frame, however often it names the same bytes.
        """
        head, body = self._pipe.receive(MAX_SAID)
        self._room = MAX_BODY
        try:
            op, plain, changes = head["op"], head["plain"], head["sync"]
            if not (isinstance(op, str) and isinstance(plain, dict) and isinstance(changes, list)):
                raise WireError("a message has the wrong form")
            if len(changes) > len(self._shared):
                raise WireError("an array changed twice in one message")
            for ref, tree in changes:
                self._apply(ref, self._decode(tree, body, MAX_DEPTH))
            return Message(op, self._decode(head["value"], body, MAX_DEPTH), plain)
        except (LookupError, TypeError, ValueError, OverflowError, RecursionError, MemoryError) as error:
            raise WireError(f"a message has the wrong form: {error!r}"[:200]) from error

    # -- arrays that both ends hold ---------------------------------------------------------------------

    def _changes(self) -> list[tuple[Shared, Array]]:
        changed = []
        for shared in self._shared:
            now = shared.array.tobytes()
            if now != shared.agreed:
                shared.agreed = now
                changed.append((shared, shared.array))
        return changed

    def _apply(self, ref: int, value: object) -> None:
        shared = self._find(ref)
        array = shared.array
        if not isinstance(value, np.ndarray) or value.size != array.size or value.dtype != array.dtype:
            raise WireError("a shared array changed its size or type")
        if array.flags.writeable:
            array[...] = value.reshape(array.shape)
        shared.agreed = array.tobytes()

    def _find(self, ref: object) -> Shared:
        for shared in self._shared:
            if shared.ref == ref:
                return shared
        raise WireError("an array is named that was never passed")

    def _register(self, array: Array, ref: int | None = None) -> int:
        if len(self._shared) == MAX_REFS or array.nbytes > MAX_SHARED:
            raise WireError("arrays are shared that are too many or too large for it")
        if ref is None:
            self._next_ref += 2
            ref = self._next_ref
        self._shared.append(Shared(ref, array, array.tobytes()))
        return ref

    # -- values to trees --------------------------------------------------------------------------------

    def _encode(self, value: Any, arrays: Outgoing, share: bool, depth: int) -> Tree:
        if value is None or value is True or value is False or type(value) in (int, str):
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"f": repr(value)}
        if depth == 0:
            raise WireError("lists are nested too deeply to be sent")
        if type(value) in (list, tuple):
            return {"l" if type(value) is list else "t": [self._encode(v, arrays, share, depth - 1) for v in value]}
        if isinstance(value, dict):
            pairs = [[self._encode(part, arrays, share, depth - 1) for part in pair] for pair in value.items()]
            return {"d": pairs}
        if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
            return self._encode_array(value, arrays, share)
        if isinstance(value, np.generic) and value.dtype.kind in "biufc":
            return {"s": self._array(np.array(value), arrays, None)["a"]}
        if isinstance(value, complex):
            return {"z": [repr(value.real), repr(value.imag)]}
        if isinstance(value, (int, float, str)):  # a subclass: an IntEnum, say
            return self._encode(next(t for t in (int, float, str) if isinstance(value, t))(value), arrays, share, depth)
        tag, payload = self._give(value)
        return {"x": [tag, self._encode(payload, arrays, False, depth - 1)]}

    def _encode_array(self, value: Array, arrays: Outgoing, share: bool) -> Tree:
        for shared in self._shared:
            if shared.array is value:
                return {"r": shared.ref}
        exact = type(value) is np.ndarray and value.dtype.str in DTYPES and value.nbytes <= MAX_SHARED
        room = len(self._shared) < MAX_REFS
        return self._array(value, arrays, self._register(value) if share and exact and room else None)

    @staticmethod
    def _array(value: Array, arrays: Outgoing, ref: int | None) -> dict[str, Tree]:
        plain = np.asarray(value, order="C")
        if plain.dtype.str not in DTYPES:  # another byte order, or long double
            plain = plain.astype({"f": "<f8", "c": "<c16"}.get(plain.dtype.kind, plain.dtype.newbyteorder("<")))
        return {"a": [plain.dtype.str, list(plain.shape), arrays.add(plain), ref]}

    # -- trees to values --------------------------------------------------------------------------------

    def _decode(self, tree: Tree, body: memoryview, depth: int) -> Any:
        if not isinstance(tree, dict):
            if isinstance(tree, list):
                raise WireError("a list stands without its tag")
            return tree
        if depth == 0:
            raise WireError("values are nested too deeply")
        ((tag, content),) = tree.items()
        match tag:
            case "l":
                return [self._decode(part, body, depth - 1) for part in content]
            case "t":
                return tuple(
                    [self._decode(part, body, depth - 1) for part in content]
                )  # a list is faster than a generator
            case "d":
                if len(content) > MAX_KEYS:
                    raise WireError(f"a dict of more than {MAX_KEYS} keys")
                parts = ((self._decode(k, body, depth - 1), self._decode(v, body, depth - 1)) for k, v in content)
                return dict(parts)
            case "f":
                return number(content)
            case "z":
                return complex(number(content[0]), number(content[1]))
            case "a":
                return self._decode_array(content, body)
            case "s":
                return self._decode_array([content[0], [], content[2], None], body)[()]
            case "r":
                array = self._find(content).array
                self._take_room(array.nbytes)
                return array
            case "x":
                kind, payload = content
                return self._take(kind, self._decode(payload, body, depth - 1))
        raise WireError("a value has an unknown tag")

    def _decode_array(self, content: Tree, body: memoryview) -> Array:
        dtype, shape, offset, ref = content
        item = DTYPES.get(dtype)
        if item is None or len(shape) > 16 or not all(type(n) is int and n >= 0 for n in (offset, *shape)):
            raise WireError("an array has a type or a shape that is not allowed")
        count = math.prod(shape)
        if count * item.itemsize > len(body) - offset:
            raise WireError("an array is longer than its frame")
        self._take_room(count * item.itemsize)
        flat = np.frombuffer(body, item, count, offset) if count else np.empty(0, item)
        # A byte that is neither 0 nor 1 is no bool.
        array = (flat.view("|u1") != 0 if dtype == "|b1" else flat.copy()).reshape(shape)
        if type(ref) is int:
            self._register(array, ref)
        return array

    def _take_room(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise WireError(f"arrays of more than {MAX_BODY >> 20} MiB in one message")


def number(text: object) -> float:
    """Read a number that was written as text."""
    if not isinstance(text, str) or len(text) > MAX_DIGITS:
        raise WireError("a number is written in a way that is not allowed")
    return float(text)


class Outgoing:
    """The arrays of one frame, and where each of them begins."""

    def __init__(self) -> None:
        self.items: list[Array] = []
        self._length = 0

    def add(self, array: Array) -> int:
        """Append an array; return its offset in bytes."""
        offset = self._length
        self.items.append(array)
        self._length += array.nbytes
        return offset
