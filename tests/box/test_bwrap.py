"""Bubblewrap: a box behind it, and one that only claims to be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from confined import LIMITS, SETTINGS, Room, files_of, new_room, why_not

from grader.box import confine

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")


def test_bubblewrap_shows_the_server_what_lies_beside_it():
    box = Path(confine.__file__).resolve().parent.parent

    command = confine.bwrap_command(confine.Policy("/scratch", (), **LIMITS), ["true"])

    assert (box / "server.py").exists()
    assert ("--ro-bind-try", str(box), str(box)) in zip(command, command[1:], command[2:], strict=False)


def test_bubblewrap_that_is_not_there_is_an_error(my_room: Room):
    result = my_room.run("say('not reached')", level="bwrap")

    assert "ConfineError: bubblewrap: this file system holds more than was asked for" in result.err


@pytest.mark.parametrize("index", [0, 2])
def test_bubblewrap_shows_only_what_was_asked_for(index: int):
    if reason := why_not(confine.Level.BWRAP) or (index >= len(SETTINGS) and "there is only one account to try"):
        pytest.skip(reason)
    with new_room(SETTINGS[index]) as room:
        reader, writer = os.pipe()
        body = f"""
            with open("file", "w") as file:
                file.write("x")
            os.write({writer}, b"through")
            say([layers, attempt(lambda: os.stat("/etc/passwd")), attempt(lambda: os.stat(room + "/secret.txt")),
                attempt(lambda: open(room + "/allowed.txt").read()), attempt(lambda: socket.socket())])
            sys.exit(5)
            """
        inner = room.command(body, "bwrap")
        own, hidden = files_of(room.setting.python)
        readable = (*own, str(room.box), str(room.path / "allowed.txt"))
        policy = confine.Policy(str(room.scratch), readable, **LIMITS, hidden=hidden)
        wrap = "import json, sys; sys.path.insert(0, sys.argv[1]); import confine; "
        wrap += "print(json.dumps(confine.bwrap_command(confine.Policy(*json.loads(sys.argv[2])), sys.argv[3:])))"
        fields = json.dumps([getattr(policy, name) for name in confine.Policy.__slots__])
        words = [room.setting.python, "-I", "-S", "-c", wrap, str(room.box), fields, *inner]
        made = subprocess.run(words, capture_output=True, text=True, **room.options())
        command = json.loads(made.stdout)

        process = subprocess.run(command, capture_output=True, text=True, pass_fds=(writer,), **room.options())

        os.close(writer)
        assert process.returncode == 5, process.stderr
        layers, passwd, secret, allowed, network = json.loads(process.stdout)
        assert layers[0] == "bubblewrap"
        assert layers[-1] == "seccomp"
        assert passwd == secret == "FileNotFoundError:ENOENT"
        assert allowed == "done: 'allowed.txt'"
        assert network == "PermissionError:EPERM"
        assert os.read(reader, 7) == b"through"
        assert list(room.scratch.iterdir()) == []
        os.close(reader)
