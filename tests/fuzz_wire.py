"""A longer run against the wire, by hand: python tests/fuzz_wire.py [libFuzzer options]; needs `pip install atheris`.

Arbitrary bytes come in as a box's answer. Whatever they are, a check sees a value or an ``Event``.
"""

import contextlib
import socket
import sys

import atheris

with atheris.instrument_imports(include=["grader"]):
    from grader.box.conversation import Conversation
    from grader.box.events import Died, Event
    from grader.box.wire import LENGTHS, Pipe


def one(data: bytes) -> None:
    """Answer a request with the data, once as a whole stream and once as a head of the right length."""
    for stream in (data, LENGTHS.pack(len(data), 0) + data):
        near, far = socket.socketpair()
        with near, far:
            far.sendall(stream[:100_000])
            far.shutdown(socket.SHUT_WR)
            conversation = Conversation(Pipe(near.fileno(), near.fileno()), Died, lambda name: None)
            with contextlib.suppress(Event):
                conversation.request("get", (), {}, name="x")


atheris.Setup(sys.argv, one)
atheris.Fuzz()
