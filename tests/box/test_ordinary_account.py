"""Grading works under an ordinary account too, with the wall up."""

import json
import subprocess
import sys

import pytest
from confined import NOBODY

from grader.box import confine


@pytest.mark.parametrize("level", [confine.Level.KERNEL, confine.Level.BWRAP])
def test_an_ordinary_account_grades_behind_the_wall(nobodys_python, level):
    python, site = nobodys_python
    if (why_not := confine.available(level)) is not None:
        pytest.skip(why_not)
    answers = site / "answers"
    answers.mkdir(exist_ok=True)
    text = "def half(x): return x / 2\ndef quadruple(x): return 4 * x\n"
    text += "def double(x): return 2 * x if open('/etc/passwd').read() else None\n"
    (answers / "arithmetic.py").write_text(text)

    done = subprocess.run(
        [python, "-m", "grader", answers, "--course", site / "course", "--sandbox", level, "--json", "-"],
        user=NOBODY, group=NOBODY, extra_groups=[], cwd=site, capture_output=True, check=False,
        env={"PYTHONPATH": str(site), "HOME": str(site), "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr.decode()
    report = json.loads(done.stdout)
    assert (report["sandbox"], report["score"], report["possible"]) == (level, 2, 5)
    verdicts = {check["verdict"] for check in report["exercises"][0]["checks"]}
    assert verdicts == {"raised"}, sys.version
