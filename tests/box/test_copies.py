"""Answers that keep their box from being copied: each check has an end, within its own time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import submission_of

from grader.box.client import Box
from grader.box.confine import Level
from grader.box.events import Died, TimedOut
from grader.box.process import Process
from grader.model import Limits

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing is copied without fork")

ANSWER = "def f(x): return 2 * x\n"
DIES = "import os\nos.register_at_fork(before=lambda: os._exit(0))\n" + ANSWER
HANGS = "import os\ndef hang():\n    while True: pass\nos.register_at_fork(before=hang)\n" + ANSWER


@pytest.fixture
def box_of(tmp_path: Path) -> Iterator[Callable[[str], Box]]:
    """Start a box that holds a module ``m`` with this text, and ends with the test."""
    boxes = []

    def start(text: str) -> Box:
        limits, names = Limits(timeout_s=60), {"m": ["f"]}
        process = Process(Level.LIMITS, limits, folder=tmp_path)
        submission = submission_of(text, names)
        boxes.append(Box(process, [Level.LIMITS], submission, names, limits=limits, folder=tmp_path))
        return boxes[-1]

    yield start
    for box in boxes:
        box.end()


def count_starts(box: Box, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets longer with each box that is started."""
    starts, start = [], box._start
    monkeypatch.setattr(box, "_start", lambda: starts.append("another") or start())
    return starts


def test_what_cannot_be_copied_is_not_tried_for_each_check(box_of, monkeypatch):
    box = box_of(DIES)
    starts = count_starts(box, monkeypatch)

    for _ in range(6):
        with pytest.raises(Died) as died, box.conversation():
            pass
        assert died.value.while_loading

    assert len(starts) == 1


def test_a_copy_that_is_not_made_in_a_checks_time_is_its_timeout(box_of):
    box = box_of(HANGS)

    with pytest.raises(TimedOut) as late, box.conversation(timeout_s=0.2):
        pass

    assert late.value.seconds == 0.2


def test_boxes_that_checks_have_ended_are_followed_by_others(box_of, monkeypatch):
    box = box_of("import os, signal\ndef f(x): os.kill(os.getppid(), signal.SIGKILL)\n")
    starts = count_starts(box, monkeypatch)

    for _ in range(4):
        with pytest.raises(Died), box.conversation() as conversation:
            conversation.call("m.f", (1,), {})
            box.end()  # it was dead before that
            raise Died

    assert len(starts) == 3


def test_the_time_to_make_a_copy_is_the_checks(box_of):
    slow = "import os, time\ndef spin():\n    end = time.monotonic() + 0.5\n    while time.monotonic() < end: pass\n"
    box = box_of(slow + "os.register_at_fork(before=spin)\n" + ANSWER)

    with box.conversation(timeout_s=50) as conversation:
        left = box.process.left
        assert conversation.call("m.f", (1,), {}) == 2

    assert left < 50 - 0.2
