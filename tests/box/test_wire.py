"""Values survive the wire; whatever bytes come in, only the wire's own errors come out."""

import contextlib
import json
import os
import socket
import threading

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.box.conversation import Conversation
from grader.box.events import Died, Event
from grader.box.wire import DTYPES, LENGTHS, Closed, Link, Message, Pipe, WireError


class Ends:
    """Two links over a socket pair."""

    def __init__(self):
        self.sockets = socket.socketpair()
        self.near, self.far = (
            Link(Pipe(s.fileno(), s.fileno()), end, lambda value: ("thing", repr(value)), lambda tag, payload: payload)
            for end, s in enumerate(self.sockets)
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for end in self.sockets:
            end.close()

    def sent(self, value):
        self.near.send("call", value)
        return self.far.receive().value


ARRAYS = hnp.arrays(st.sampled_from(sorted(DTYPES)), hnp.array_shapes(min_dims=0, min_side=0, max_side=4))
SCALARS = st.none() | st.booleans() | st.integers(-(2**80), 2**80) | st.floats() | st.text() | st.complex_numbers()
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text() | st.integers(), inner),
    max_leaves=12,
)


def same(a, b):
    if isinstance(a, np.ndarray | np.generic):
        return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, list | tuple):
        return type(a) is type(b) and len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return type(a) is type(b) and (a == b or repr(a) == repr(b))


@given(VALUES)
@settings(derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_value_comes_through_as_it_was(value):
    with Ends() as ends:
        assert same(value, ends.sent(value))


@given(st.binary(max_size=400))
@settings(derandomize=True, deadline=None)
def test_arbitrary_bytes_are_an_error_of_the_wire_and_nothing_else(data):
    with Ends() as ends:
        ends.sockets[0].sendall(data)
        ends.sockets[0].shutdown(socket.SHUT_WR)

        with pytest.raises((WireError, Closed)):
            while True:
                ends.far.receive()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("ltdfzasrxopv"), inner, max_size=2),
)


@example({"s": []}, [], b"")
@example({"z": []}, [], b"")
@given(JSON, JSON, st.binary(max_size=64))
@settings(derandomize=True, deadline=None)
def test_arbitrary_heads_are_a_message_or_an_error_of_the_wire(value, sync, body):
    with Ends() as ends:
        head = json.dumps({"op": "return", "plain": {}, "sync": sync, "value": value}).encode()
        ends.sockets[0].sendall(LENGTHS.pack(len(head), len(body)) + head + body)

        try:
            message = ends.far.receive()
        except WireError:
            return
        assert isinstance(message, Message)


@pytest.mark.parametrize("lengths", [(2**32 - 1, 0), (2, 2**63)])
def test_lengths_are_refused_before_anything_is_allocated(lengths):
    with Ends() as ends:
        ends.sockets[0].sendall(LENGTHS.pack(*lengths))

        with pytest.raises(WireError, match="longer than any may be"):
            ends.far.receive()


ARRAY = {"a": ["<f8", [1 << 20], 0, None]}
COSTLY = {
    "many arrays over the same bytes": ({"l": [ARRAY] * 20}, []),
    "a shared array many times": ({"l": [{"r": 7}] * 20}, []),
    "an array that is shared without end": ({"l": [{"a": ["<f8", [0], 0, i]} for i in range(2000)]}, []),
    "the same change many times": (None, [[7, ARRAY]] * 20),
    "a dict of many keys": ({"d": [[i * (2**61 - 1), 0] for i in range(1001)]}, []),
    "a number of many digits": ({"f": "1" * 1000}, []),
}


@pytest.mark.parametrize("case", COSTLY)
def test_what_is_built_of_a_message_is_bounded_and_not_only_what_is_sent(case):
    value, sync = COSTLY[case]
    head = json.dumps({"op": "return", "plain": {}, "sync": sync, "value": value}).encode()
    body = bytes(8 << 20)
    with Ends() as ends:
        ends.far._register(np.zeros(1 << 20), 7)
        writer = threading.Thread(
            target=ends.sockets[0].sendall, args=(LENGTHS.pack(len(head), len(body)) + head + body,)
        )
        writer.start()

        with pytest.raises(WireError):
            ends.far.receive()
        writer.join()


@pytest.mark.parametrize("depth", [100, 100_000])
def test_deep_nesting_is_refused(depth):
    with Ends() as ends:
        head = b'{"op":"return","plain":{},"sync":[],"value":' + b'{"l":[' * depth + b"]}" * depth + b"}"
        if len(head) > 200_000:
            head = head[:200_000]
        ends.sockets[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        ends.sockets[0].sendall(LENGTHS.pack(len(head), 0) + head)

        with pytest.raises(WireError):
            ends.far.receive()


def test_an_array_passed_twice_is_one_array_at_the_other_end():
    with Ends() as ends:
        x = np.zeros(3)
        ends.near.send("call", (x, x), share=True)

        first, second = ends.far.receive().value

        assert first is second


def test_a_change_in_place_is_seen_by_the_owner():
    with Ends() as ends:
        x = np.zeros(3)
        ends.near.send("call", x, share=True)
        theirs = ends.far.receive().value
        theirs[1] = 5

        ends.far.send("return", theirs)
        back = ends.near.receive().value

        assert back is x
        assert x.tolist() == [0, 5, 0]


def test_a_bool_is_nothing_but_true_or_false():
    with Ends() as ends:
        head = json.dumps({"op": "r", "plain": {}, "sync": [], "value": {"a": ["|b1", [2], 0, None]}}).encode()
        ends.sockets[0].sendall(LENGTHS.pack(len(head), 2) + head + b"\x02\x00")

        assert ends.far.receive().value.view("u1").tolist() == [1, 0]


def test_what_is_no_number_is_not_sent_as_an_array():
    with Ends() as ends:
        assert ends.sent(np.array([{}])) == "array([{}], dtype=object)"


def test_a_closed_end_is_closed_for_the_other():
    with Ends() as ends:
        os.close(ends.sockets[0].detach())

        with pytest.raises(Closed):
            ends.far.receive()


OPS = st.sampled_from(["return", "raise", "unsendable", "callback", "stand_in", "visit", "ready", ""])


@given(OPS, JSON, JSON, st.dictionaries(st.sampled_from(["error", "name", "number", "printed", "what"]), JSON))
@settings(derandomize=True, deadline=None)
def test_whatever_a_box_answers_a_check_sees_a_value_or_an_event(op, value, sync, plain):
    near, far = socket.socketpair()
    with near, far:
        head = json.dumps({"op": op, "plain": plain, "sync": sync, "value": value}).encode()
        far.sendall(LENGTHS.pack(len(head), 0) + head)
        far.shutdown(socket.SHUT_WR)
        conversation = Conversation(Pipe(near.fileno(), near.fileno()), Died, lambda name: None)

        with contextlib.suppress(Event):
            conversation.request("get", (), {}, name="x")
