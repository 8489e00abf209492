"""How a box ends, and what is left of it: nothing runs on, with namespaces or without."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys

import pytest
from confined import SETTINGS, Room, Setting, kernel_permits_namespaces, new_room

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")


def test_the_exit_code_comes_out(room: Room):
    assert room.run("sys.exit(7)").code == 7


def test_the_signal_comes_out(room: Room):
    result = room.run("ctypes.string_at(1)")

    assert result.code == -signal.SIGSEGV


def test_abort_in_a_child_is_told_apart_from_a_crash(any_room: Room):
    result = any_room.run("""
        child = os.fork()
        if child == 0:
            os.abort()
        harmless = "namespaces" in layers[0] or int(layers[-2].removeprefix("landlock-")) >= 6
        say([harmless, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])])
        """)
    harmless, code = result.said

    assert code == (-signal.SIGABRT if harmless else -signal.SIGSEGV)  # refused where it could hit somebody else


def test_abort_ends_the_first_process_as_well(room: Room):
    assert room.run("os.abort()").code in (-signal.SIGABRT, -signal.SIGSEGV)


def test_a_child_cannot_kill_the_first_process(room: Room):
    result = room.run("""
        first = os.getpid()
        child = os.fork()
        if child == 0:
            attempt(lambda: os.kill(first, 9))
            if layers[0].startswith("namespaces"):
                call("tgkill", first, first, 6)
            os._exit(0)
        os.waitpid(child, 0)
        say("alive")
        """)

    assert result.said == "alive"


DAEMON = """
reader, writer = os.pipe()
if os.fork() == 0:
    attempt(os.setsid)
    for number in range(1, 32):
        attempt(lambda: signal.signal(number, signal.SIG_IGN))
    if os.fork() == 0:
        os.write({life}, b"up")
        os.write(writer, b"up")
        while True:
            time.sleep(100)
    os._exit(0)
os.wait()
os.read(reader, 2)
{then}
"""


@pytest.mark.parametrize("then", ["time.sleep(100)", "os._exit(0)"])
def test_a_daemon_is_dead_after_its_box(room: Room, then: str):
    with contextlib.ExitStack() as stack:
        life, theirs = os.pipe()
        stack.callback(os.close, life)
        process = room.start(DAEMON.format(life=theirs, then=then), theirs)
        os.close(theirs)
        assert os.read(life, 2) == b"up"

        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=20)

        assert ends(life)


def test_killing_the_outer_process_alone_ends_the_box(room: Room):
    life, theirs = os.pipe()
    process = room.start(f"os.write({theirs}, b'up')\nwhile True: pass", theirs)
    os.close(theirs)
    assert os.read(life, 2) == b"up"

    process.kill()
    process.communicate(timeout=20)

    assert ends(life)
    os.close(life)


def test_the_box_dies_with_the_process_that_started_it(room: Room):
    life, theirs = os.pipe()
    command = room.command(f"os.write({theirs}, b'up')\nwhile True: pass")
    starter = "import subprocess, sys; subprocess.run(sys.argv[2:], pass_fds=[int(sys.argv[1])])"
    words = [room.setting.python, "-c", starter, str(theirs), *command]
    process = subprocess.Popen(words, pass_fds=(theirs,), stderr=subprocess.DEVNULL, **room.options())
    os.close(theirs)
    assert os.read(life, 2) == b"up"

    process.kill()
    process.wait(20)

    assert ends(life)
    os.close(life)


def ends(pipe: int) -> bool:
    """Wait until nobody holds the other end of a pipe any more; a test that waits forever is one that fails."""
    signal.alarm(20)
    try:
        return os.read(pipe, 1) == b""
    finally:
        signal.alarm(0)


def test_scratch_ends_at_its_limit_where_it_is_in_memory(room: Room):
    if not any(name.startswith("scratch-in-memory") for name in room.layers()):
        pytest.skip("no mount namespace in this setting")
    result = room.run("""
        def fill():
            for n in range(9):
                open(f"f{n}", "wb", 0).write(bytes(1 << 20))
        say([attempt(fill), len(os.listdir())])
        """)

    assert result.said == ["OSError:ENOSPC", 5]
    assert list(room.scratch.iterdir()) == []


def test_a_user_namespace_without_names_still_holds():
    """Ubuntu lets an account make one, and forbids to map accounts into it."""
    ordinary = next((setting for setting in SETTINGS if setting.user or os.geteuid()), None)
    if ordinary is None or not kernel_permits_namespaces(ordinary):
        pytest.skip("no ordinary account here that may start Python and make namespaces")
    forbid = "def refuse(*_): raise PermissionError(1, 'no')\nconfine.namespaces.Path.write_text = refuse"
    with new_room(Setting("no-names", ordinary.python, ordinary.user, forbid)) as room:
        result = room.run("""
            with open("f", "w") as file:
                file.write("x")
            say([layers[0], open("f").read(), attempt(lambda: os.listdir("/"))])
            """)

    assert result.said == ["namespaces:user,pid,net,ipc,mount", "x", "PermissionError:EACCES"]
