"""A box that says anything while it loads: what is kept of it has the right form, and it comes to an end."""

import json
import os
import random
from contextlib import nullcontext

import pytest
from conftest import submission_of

from grader.box import client
from grader.box.client import Box
from grader.box.confine import Level
from grader.box.events import Event, NoBox
from grader.box.process import policy_for
from grader.box.wire import MAX_HEAD, Closed, WireError
from grader.errors import BoxError
from grader.model import Limits

RUNS = int(os.environ.get("FUZZ", "8")) * 40
NAMES = {"losses": ["mean_squared_error"], "gradients": ["numerical_diff", "numerical_gradient"]}
SUBMISSION = submission_of("x = 1\n", NAMES)
ODD = [None, True, 0, -1, 1e308, 10**40, "", "losses", "\ud800", "a" * 3000, [], {}, [[]], {"a": []}, ["losses", 0]]


class Stranger:
    """A process of which all that is said was made up."""

    level, expired, socket = Level.KERNEL, False, None

    def __init__(self, rng, folder):
        self._rng = rng
        self.policy = policy_for(self.level, folder, Limits(), [])
        self.control = self

    def send(self, head, arrays=(), most=MAX_HEAD):
        json.dumps(head)

    def receive_head(self, most=MAX_HEAD):
        if self._rng.random() < 0.05:
            raise self._rng.choice([Closed, WireError("no frame")])
        said = self._head(self._rng.choice(["confined", "confined", "loading", "loading", "loaded", "refused", 7]))
        for key in list(said):
            if self._rng.random() < 0.01:
                del said[key]
        return json.loads(json.dumps(said))

    def _odd(self, usual):
        return self._rng.choice(ODD) if self._rng.random() < 0.04 else usual

    def _head(self, op):
        error = {"type": self._odd("E"), "kinds": self._odd(["E"]), "text": self._odd("t"), "frames": self._odd([])}
        part = self._odd(None)
        missing = self._odd(["losses.mean_squared_error", self._odd("no")])
        problem = {
            "part": part,
            "error": self._odd(error),
            "names": self._odd(["f"]),
            "file": "f",
            "line": self._odd(1),
        }
        return {
            "op": op, "layers": self._odd(["landlock"]), "what": self._odd("no"), "part": part, "missing": missing,
            "inert": self._odd(["plt"]), "absent": self._odd(["torch"]), "problems": self._odd([problem]),
        }  # fmt: skip

    def deadline(self, seconds):
        return nullcontext()

    def status(self):
        return self._rng.choice([None, 0, 1, -9])

    def kill(self):
        pass


@pytest.mark.parametrize("run", range(8))
def test_whatever_a_box_says_while_it_loads_there_is_an_end_with_evidence_of_the_right_form(tmp_path, monkeypatch, run):
    monkeypatch.setattr(client, "PAUSES_S", (0.0, 0.0))
    heard = []
    for seed in range(run * RUNS // 8, (run + 1) * RUNS // 8):
        rng = random.Random(seed)
        monkeypatch.setattr(Box, "_start", lambda self, rng=rng: Stranger(rng, tmp_path))
        box = Box(Stranger(rng, tmp_path), [Level.KERNEL, Level.LIMITS], SUBMISSION, NAMES)
        try:
            missing = box.missing
        except (BoxError, NoBox):
            continue
        heard.append(missing)
        assert missing <= SUBMISSION.answers.keys()
        for problem in box.problems:
            assert isinstance(problem.event, Event)
            assert all(type(part) in (str, int) for part in (*problem.where, problem.said))
        assert all(type(text) is str for text in (*box.layers, *box.inert, *box.absent))

    assert heard
