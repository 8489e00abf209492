"""The limits, run into by real processes."""

from __future__ import annotations

import signal
import sys

import pytest
from confined import LIMITS, Room, started_by_root

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")


def test_memory_ends_in_a_memory_error(room: Room):
    result = room.run("say([attempt(lambda: bytearray(8 << 30)), len(bytearray(64 << 20)) >> 20])")

    assert result.said == ["MemoryError:", 64]


def test_a_file_ends_at_its_limit(room: Room):
    result = room.run("""
        open("f", "wb", 0).write(bytes(1 << 20))
        say(attempt(lambda: os.pwrite(os.open("f", os.O_WRONLY), b"x", 1 << 20)))
        """)

    assert result.said == "OSError:EFBIG"


def test_a_fork_bomb_stops(room: Room):
    result = room.run("""
        reader, writer = os.pipe()
        children = []
        def bomb():
            while len(children) < 200:
                child = os.fork()
                if child == 0:
                    os.close(writer)
                    os.read(reader, 1)
                    os._exit(0)
                children.append(child)
        stopped = attempt(bomb)
        os.close(writer)
        say([stopped, len(children), "own-account" in layers or layers[0].startswith("namespaces:user")])
        """)
    stopped, children, counted_apart = result.said

    assert stopped == "BlockingIOError:EAGAIN"
    # Where its own processes are not counted apart, those of the account come and go while they are counted.
    assert abs(children - LIMITS["processes"]) <= (0 if counted_apart else 4)


def test_threads_by_the_thousand_stop(room: Room):
    result = room.run("""
        gate = threading.Event()
        count = 0
        try:
            while count < 1000:
                threading.Thread(target=gate.wait, daemon=True).start()
                count += 1
        except RuntimeError:
            say(count)
        gate.set()
        """)

    assert result.said <= LIMITS["processes"] + 4


def test_open_files_end_at_their_limit(room: Room):
    result = room.run("say(attempt(lambda: [os.dup(0) for _ in range(60)]))")

    assert result.said == "OSError:EMFILE"


def test_processor_time_ends(my_room: Room):
    result = my_room.run(
        "signal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass", cpu_s=0
    )  # which the kernel reads as 1

    assert result.code == -signal.SIGKILL


def test_limits_alone_are_named_for_what_they_hold(room: Room):
    tries = "say([layers, attempt(lambda: bytearray(8 << 30)), attempt(lambda: os.listdir('/'))])"
    result = room.run(tries, level="limits")
    layers, memory, listing = result.said
    holds = "memory,cpu,file-size,open-files" if started_by_root(room) else "memory,cpu,file-size,processes,open-files"

    assert layers == [f"limits:{holds}"]
    assert memory == "MemoryError:"
    assert listing.startswith("done")
