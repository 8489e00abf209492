"""Folders, zips and notebooks as nobody would make them: they are read, or refused in a sentence.

A longer run, by hand: ``FUZZ=500 pytest tests/submission/test_anything.py``.
"""

import json
import os
import random
import zipfile
from pathlib import Path

import pytest

from grader.errors import SubmissionError
from grader.grading import grade
from grader.model import Limits, Settings, Submission
from grader.submission import read_submission

RUNS = int(os.environ.get("FUZZ", "8"))
FOLDERS = ["", "", "", "ch04", "4장", "src", "src/common", "__MACOSX", ".git", "a b", "-x", "İ", "e\u0301", "é"]
NAMES = ["losses.py", "activations.py", "gradients.py", "LOSSES.PY", "two_layer_net.py", "numpy.py", "ch04.ipynb"]
NAMES += ["Untitled.ipynb", "common.py", "__init__.py", "x.py.py", ".py", "a\nb.py", "con.py", "ロス.py", "notes.txt"]
LINES = (
    r"""
import numpy as np
from common import *
from .losses import x
import losses, gradients
x = 1
def f(
def softmax(x): return x
def softmax(x): return 1
softmax = lambda x: x
def mean_squared_error(y, t): return 0.5 * ((y - t) ** 2).sum()
raise NotImplementedError('softmax')
class TwoLayerNet:
    def gradient(self, x, t): return {}
    pass
%matplotlib inline
!pip install numpy
%%writefile losses.py
?np.dot
x = !ls
if __name__ == '__main__': 1/0
# TODO: 損失
'''
# -*- coding: rot13 -*-
# -*- coding: utf-16 -*-
lambda: (yield)
x: int
del softmax
global y
await z
return 5
match x:
    case 1: pass
f'{x!r:{y}}'
x = '\ud800'
""".splitlines()
    + ["\x00", "\ufeff", "\ud800", "\f", "\tpass"]
)
VALUES = [None, True, 0, -1, 1e400, "", "code", [], {}, ["x = 1\n", 5], {"source": "x"}, [[[]]], "4", 4, 5, 3]


class Anything:
    """Makes files up, the same for the same number."""

    def __init__(self, number):
        self._rng = random.Random(number)

    def text(self):
        ends = self._rng.choice(["\n", "\n", "\r\n", "\r"])
        return ends.join(self._rng.choices(LINES, k=self._rng.choice([0, 1, 3, 12])))

    def module(self):
        encoding = self._rng.choice(["utf-8", "utf-8", "utf-8", "cp932", "utf-16"])
        return self.text().encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")

    def notebook(self):
        cells = [
            {"cell_type": self._odd("code"), "source": self._odd(self.text()), "metadata": self._odd({}), "outputs": []}
            for _ in range(self._rng.choice([0, 1, 4]))
        ]
        data = {
            "nbformat": self._odd(4),
            "nbformat_minor": self._odd(5),
            "metadata": self._odd({}),
            "cells": self._odd(cells),
        }
        for key in list(data):
            if self._rng.random() < 0.03:
                del data[key]
        text = json.dumps(data).encode()
        return text if self._rng.random() < 0.9 else text[: self._rng.randrange(len(text))]

    def files(self):
        """Return names and bytes."""
        found = {}
        for _ in range(self._rng.choice([0, 1, 2, 5, 9])):
            name = self._rng.choice(NAMES)
            path = f"{self._rng.choice(FOLDERS)}/{name}".lstrip("/")
            odd = self._rng.random() < 0.1
            found[path] = os.urandom(0) if odd else self.notebook() if name.endswith(".ipynb") else self.module()
        return found

    def _odd(self, usual):
        return self._rng.choice(VALUES) if self._rng.random() < 0.06 else usual


def write(files: dict[str, bytes], root: Path):
    folder = root / "handed-in"
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    with zipfile.ZipFile(root / "handed-in.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return folder, root / "handed-in.zip"


def read(path, course):
    """Return what was read, or the sentence."""
    try:
        found = read_submission(path, course.sought)
    except SubmissionError as error:
        assert str(error)
        return str(error)
    assert isinstance(found, Submission)
    return found


@pytest.mark.parametrize("run", range(RUNS))
def test_any_folder_and_any_zip_is_read_or_refused_in_a_sentence(course, tmp_path, run):
    read_at_all = 0
    for number in range(20 * run, 20 * run + 20):
        folder, archive = write(Anything(number).files(), tmp_path / str(number))
        found = [read(folder, course), read(archive, course)]
        found += [read(path, course) for path in sorted(folder.rglob("*")) if path.is_file()]
        read_at_all += sum(isinstance(one, Submission) for one in found)

    assert read_at_all


@pytest.mark.parametrize("run", range(RUNS))
def test_what_was_read_of_anything_is_graded_to_a_report(course, tmp_path, run):
    settings = Settings(only=("activations.softmax", "losses.mean_squared_error"), limits=Limits(timeout_s=5))
    made = {number: Anything(number).files() for number in range(run * 40, run * 40 + 40)}
    found = [read(write(files, tmp_path / str(number))[0], course) for number, files in made.items()]
    submissions = [one for one in found if isinstance(one, Submission)]

    for submission in submissions[:2]:
        report = grade(submission, course, settings)

        assert report.final, [outcome.finding for outcome in report.outcomes]
        assert report.score.possible == 15
    assert submissions
