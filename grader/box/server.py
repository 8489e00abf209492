"""The far end of the wire: the process in which a learner's code runs.

Started as ``python -I -S server.py READ_FD WRITE_FD SITE_PACKAGES``. It imports numpy, confines itself, loads
the learner's modules once, and then forks one child for each check, so that a check sees the state right
after loading whatever other checks did. The child talks over a socket of its own, which dies with it.

Everything in here is within the learner's reach. Nothing here decides anything: what it says is evidence.
Standard library and numpy only; the other modules of the far end lie beside this file: ``wire``, ``confine``,
``inert``, ``modules``, ``parts``, ``scratch`` and ``serving``.
"""

from __future__ import annotations

import contextlib
import gc
import os
import random
import select
import signal
import socket
import sys
import time
import types
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

gc.disable()  # while libraries are imported, nothing is to be collected
if TYPE_CHECKING:
    from grader.box import confine, inert, modules, scratch, serving, wire
else:
    sys.path.insert(0, str(Path(__file__).parent))
    sys.path.append(sys.argv[3])
    import confine
    import inert
    import modules
    import scratch
    import serving
    import wire

    del sys.path[0]
    for name in "confine", "inert", "modules", "parts", "scratch", "serving", "wire":
        del sys.modules[name]  # a learner's own file may have such a name
import numpy as np  # noqa: E402 - found by the path just given

SEED = 0  # has nothing to do with what checks draw
Json = Any


def hide_the_grader() -> None:
    """Let answers say ``from grader.datasets import load_mnist``; the data comes only through the check."""

    def load_mnist(*args: object, **kwargs: object) -> NoReturn:
        raise RuntimeError("load_mnist was called while the module was loaded; put it under if __name__ == '__main__':")

    def check(*args: object) -> None:
        """Do nothing: this is what a notebook calls to check itself."""

    for name, inside in ("grader", "datasets"), ("dataset", "mnist"):  # the second is where the book has it
        package, datasets = types.ModuleType(name), types.ModuleType(f"{name}.{inside}")
        datasets.load_mnist = load_mnist  # type: ignore[attr-defined]
        setattr(package, inside, datasets)
        package.__path__ = []
        sys.modules |= {name: package, datasets.__name__: datasets}
    sys.modules["grader"].check = check  # type: ignore[attr-defined]


def seed_everything() -> None:
    """Make the learner's own draws repeat."""
    random.seed(SEED)
    np.random.seed(SEED)


def stay_on(processors: Collection[int]) -> None:
    """Run on these processors from now on, where the system lets one choose."""
    if processors:
        with contextlib.suppress(OSError, AttributeError):
            os.sched_setaffinity(0, processors)


class Line:
    """A line on which a client asks for copies; each has a socket of its own."""

    def __init__(self, fd: int, beside: bool = False) -> None:
        self.beside = beside  # whether its copies run beside those of another line
        self.socket = socket.socket(fileno=fd)
        self.control = wire.Pipe(fd, fd, ahead=False)
        self.children: dict[int, int] = {}  # by the number that the client gave

    def fileno(self) -> int:
        """Return what ``select`` waits for."""
        return self.socket.fileno()

    def descriptor(self) -> int:
        """Return the file descriptor that follows a frame."""
        return socket.recv_fds(self.socket, 1, 1)[1][0]


def requests(lines: list[Line]) -> Iterator[tuple[Line, dict[str, Json]]]:
    """Yield what clients want, until the first of them is gone."""
    first = lines[0]
    while first in lines:
        for line in select.select(lines, [], [])[0]:
            try:
                request = line.control.receive()[0]
            except wire.Closed:
                line.socket.close()
                lines.remove(line)
            else:
                yield line, request


def end(child: int) -> None:
    """End a check's process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(child, signal.SIGKILL)


def wait_for(child: int) -> dict[str, Json]:
    """Return how a check's process ended that has hung up; if it has not ended, it ends now."""
    try:
        for _ in range(20):
            found, status = os.waitpid(child, os.WNOHANG)
            if found:
                return exit_of(status)
            time.sleep(0.01)
        end(child)
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


def main() -> None:
    """Load the submission, then serve one check after another."""
    read_fd, write_fd = int(sys.argv[1]), int(sys.argv[2])
    if read_fd == 0:
        read_fd, write_fd = os.dup(0), os.dup(1)
    control = wire.Pipe(read_fd, write_fd, ahead=False)
    order = control.receive()[0]
    printed = serving.replace_standard_streams()
    hide_the_grader()
    try:
        layers = confine.confine(confine.Level(order["level"]), confine.Policy(**order["policy"]))
        if fewer := set(order["layers"]) - set(layers):  # than the box that was here before
            raise confine.ConfineError(f"{min(fewer)}: it can no longer be had")
    except confine.ConfineError as error:
        control.send({"op": "unconfined", "what": str(error), "lasting": error.lasting})
        return
    control.send({"op": "confined", "layers": list(layers)})
    folder, most = order["policy"]["scratch"], order["policy"]["open_files"]
    before = scratch.descriptors(most)
    answers = load(order, control, printed)
    if order["fork"]:
        serve([Line(read_fd)], answers, printed, scratch.Scratch(folder, before, most))
    else:
        begin(control, answers, printed)


def load(order: dict[str, Json], control: wire.Pipe, printed: serving.Printed) -> modules.Answers:
    """Load the submission, and tell the client what came of it."""

    def say(op: str, **plain: Json) -> None:
        control.send({"op": op, **plain})

    seed_everything()
    gc.enable()
    sys.argv = [""]
    displays = inert.Displays(order["libraries"])
    sys.meta_path.insert(0, displays)
    answers = modules.Answers(order, say)
    missing = answers.load()
    inert.Absent.answering = True
    printed.take()
    say(
        "loaded",
        missing=missing,
        problems=answers.problems[:100],
        inert=displays.used[:20],
        absent=answers.absent[:20],
    )
    return answers


def serve(lines: list[Line], answers: modules.Answers, printed: serving.Printed, kept: scratch.Scratch) -> None:
    """Fork a copy for each check that asks for one, as long as the first line holds."""
    serving.warm_up(answers, printed)
    gc.freeze()
    ended: dict[int, dict[str, Json]] = {}
    for line, request in requests(lines):
        match request["op"]:
            case "line":
                lines.append(Line(line.descriptor(), beside=True))
            case "stay":
                stay_on(request["processors"])
            case "end":
                child = line.children[request["number"]]
                if child not in ended:  # its number may be another process's by now
                    end(child)
            case "status":
                child = line.children[request["number"]]
                ended[child] = ended[child] if child in ended else wait_for(child)
                line.control.send({"op": "status", **ended[child]})
            case "check":
                reap(ended)
                fd = line.descriptor()
                child = line.children[request["number"]] = os.fork()  # where it fails, the client starts another box
                if child == 0:
                    for each in lines:
                        each.socket.close()
                    begin(wire.Pipe(fd, fd), answers, printed, partial(kept.restore, line.beside))
                    os._exit(0)
                ended.pop(child, None)  # the number was another one's before
                os.close(fd)


def begin(
    pipe: wire.Pipe, answers: modules.Answers, printed: serving.Printed, restore: Callable[[], None] = lambda: None
) -> None:
    """Serve one check in this process, with everything as it was after loading."""
    seed_everything()
    try:
        pipe.send({"op": "ready"})
        request = pipe.receive()[0]
    except wire.Closed:
        return  # a spare one that was not needed
    made_on = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    stay_on(request.get("processors", ()))
    restore()
    seed_everything()
    for path in request["stand_ins"]:
        answers.replace(path)
    serving.Conversation(pipe, answers, printed).serve()
    stay_on(made_on)  # to end takes a while, too


if __name__ == "__main__":
    if hasattr(signal, "SIGXFSZ"):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a file that grows too large is an OSError, not a death
    main()
