"""A box that answers anything at any time: every check of the course ends in a learner's verdict, and a report.

A longer run, by hand: ``FUZZ=500 pytest tests/judging/test_conversations.py``.
"""

import json
import os
import random
from contextlib import contextmanager

import numpy as np
import pytest
from conftest import ROOT

from grader.box.conversation import Conversation
from grader.box.events import BadReply, Died, TimedOut
from grader.box.wire import Closed, Pipe
from grader.grading import make_report, run_pytest
from grader.judging import plugin
from grader.judging.bench import Bench
from grader.model import Settings, Verdict
from grader.report.html import to_html
from grader.report.json import to_json
from grader.report.markdown import to_markdown
from grader.report.terminal import to_text
from grader.submission import read_submission

RUNS = int(os.environ.get("FUZZ", "8"))
KEYS = ["W1", "b1", "W2", "b2", "params", "losses", "steps", "loss", "x", 0, 1, None]
SHAPES = [(), (1,), (2,), (3,), (2, 3), (3, 2), (4, 3), (10,), (0,), (1, 1), (2, 0, 3), (784, 50), (50,), (50, 10)]
DTYPES = ["<f8", "<f8", "<f4", "<i8", "|u1", "|b1", "<c16", "<f2"]
NUMBERS = [0, 1, -1, 0.5, 2.5, 1e-300, 1e308, 2**63, -(10**40), True, False]
TEXTS = ["", "nan", "W1", "softmax", "[bold]", "\x1b[31m", "\ud800", "a" * 5000, "損失", "../x", "__class__", "=1+1"]
ANSWERS = {"params": ["W1", "b1", "W2", "b2"], "came": ["losses", "steps", "params"]}


class Stranger(Pipe):
    """The far end: what is said to it is not heard, and what it says was made up."""

    def __init__(self, rng):
        self._rng = rng
        self._left = rng.choice([0, 1, 3, 10, 40])
        self.body = b""

    def send(self, head, arrays=(), most=1 << 22):
        json.dumps(head)

    def receive(self, most=1 << 22, most_body=1 << 27):
        if self._left == 0:
            raise Closed
        self._left -= 1
        self.body = b""
        head = {"op": self._op(), "sync": self._sync(), "plain": self._plain()}
        head["value"] = self._of_the_right_form(head["op"]) if self._rng.random() < 0.9 else self._tree()
        return json.loads(json.dumps(head)), memoryview(self.body)

    def _op(self):
        return self._rng.choices(
            ["return", "callback", "stand_in", "visit", "raise", "unsendable", "x"], [10, 6, 3, 4, 2, 1, 1]
        )[0]

    def _of_the_right_form(self, op):
        args = {"t": [self._tree() for _ in range(self._rng.choice([0, 1, 1, 1, 2, 2, 3]))]}
        kwargs = {"d": [] if self._rng.random() < 0.8 else [[self._rng.choice(["lr", "out", "x", 1]), self._tree()]]}
        state = {"d": [[self._rng.choice([0, 0, 1, "0"]), self._dict()] for _ in range(self._rng.choice([0, 0, 1]))]}
        if op == "callback" or op == "stand_in":
            return {"t": [args, kwargs]}
        if op == "visit":
            number = [["number", self._rng.choice([0, 0, 5])], ["attributes", self._dict()]]
            return {"t": [args, kwargs, {"d": number}]}
        return {"t": [self._tree(), state]}

    def _plain(self):
        error = {
            "type": self._text(), "kinds": [self._rng.choice(["MemoryError", "NotImplementedError", "ValueError", ""])],
            "text": self._text(), "frames": [[self._text(), self._rng.choice([0, 1, -5, 10**30]), "f", 0]],
            "skipped": self._rng.random() < 0.1,
        }  # fmt: skip
        names = ["gradient", "loss", "accuracy", "losses.cross_entropy_error", "training.History", "params", "__init__"]
        said = {"printed": self._text(), "what": self._text(), "name": self._rng.choice(names), "error": error}
        said["number"] = self._rng.choice([0, 0, 0, 1, -1, 99])
        return {
            key: value if self._rng.random() < 0.97 else self._rng.choice([None, [], 3]) for key, value in said.items()
        }

    def _sync(self):
        return [] if self._rng.random() < 0.8 else [[self._rng.choice([2, 4, 6]), self._array()]]

    def _text(self):
        return self._rng.choice(TEXTS)

    def _dict(self, depth=3):
        keys = self._rng.choice([self._rng.sample(KEYS, 3), *ANSWERS.values()])
        return {"d": [[key, self._tree(depth - 1)] for key in keys]}

    def _array(self):
        dtype, shape = self._rng.choice(DTYPES), list(self._rng.choice(SHAPES))
        count, item = int(np.prod(shape)), np.dtype(dtype)
        values = np.random.default_rng(self._rng.randrange(1000)).normal(size=count)
        if self._rng.random() < 0.1:
            values[:] = self._rng.choice([np.nan, np.inf, 0, 1e300])
        offset, kind = len(self.body), self._rng.choice("as")
        with np.errstate(all="ignore"):
            self.body += values.astype(item).tobytes() or b"\0" * 16
        return {kind: [dtype, shape, offset, self._rng.choice([None, None, None, 3])]}

    def _tree(self, depth=3):
        kind = self._rng.random()
        if kind < 0.45:
            return self._array()
        if kind < 0.6 or depth == 0:
            return self._rng.choice([*NUMBERS, *TEXTS, None, {"f": "nan"}, {"f": "inf"}, {"z": ["1", "nan"]}])
        if kind < 0.7:
            return self._dict(depth)
        if kind < 0.8:
            return {self._rng.choice("lt"): [self._tree(depth - 1) for _ in range(self._rng.choice([0, 1, 2, 3]))]}
        if kind < 0.95:
            return {"x": ["object", {"l": [self._rng.choice([0, 1, -1]), self._text(), self._rng.random() < 0.5]}]}
        return self._rng.choice([{"r": 2}, {"r": 99}, {"x": ["visitor", 0]}, {"x": ["file", "/etc/passwd"]}, {}])


class Box:
    """What stands where a box would, with a stranger at its far end."""

    level, layers, problems, inert, process, disturbed, more = "kernel", (), (), (), None, False, 0

    missing, absent = frozenset(), ()

    def __init__(self, rng):
        self._rng = rng

    @contextmanager
    def conversation(self, stand_ins, look_up, timeout_s):
        ends = [Died(signal=9), BadReply("nothing")] * 10 + [TimedOut(timeout_s)]
        yield Conversation(Stranger(self._rng), lambda: self._rng.choice(ends), look_up)


@pytest.mark.parametrize("run", range(RUNS))
def test_whatever_a_box_says_each_check_ends_in_a_learners_verdict(course, monkeypatch, run):
    monkeypatch.setattr(plugin, "FORK", False)  # all in this process: an exception would be seen
    submission, settings = read_submission(ROOT / "solutions", course.sought), Settings()
    bench = Bench(course, submission, Box(random.Random(run)), settings)

    interrupted = run_pytest(course, plugin.Plugin(course, bench, lambda *_: None, lambda: None))
    report = make_report(course, submission, settings, bench, ())

    assert not interrupted
    assert [o.finding for o in report.outcomes if o.verdict is Verdict.BROKEN] == []
    assert sum(1 for _ in report.outcomes) >= 50
    for show in (to_text, to_json, to_html, to_markdown):
        assert show(report)


def test_the_made_up_answers_reach_what_they_are_meant_for(course):
    """A fuzzer that only ever says nonsense finds nothing: some of it has to be served and believed."""
    served, believed = [], []
    for number in range(1000):
        talk = Conversation(Stranger(random.Random(number)), lambda: Died(), lambda name: served.append)
        try:
            believed.append(talk.request("call", (served.append,), {}, name="f"))
        except Exception:
            continue

    assert len(served) > 20
    assert len(believed) > 50
