"""Grading works under an ordinary account too, with the wall up."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import ROOT, TINY

from grader.box import confine

NOBODY = 65534
NEEDED = ["numpy", "numpy.libs", "pytest", "_pytest", "py.py", "pluggy", "iniconfig", "packaging", "pygments"]
NEEDED += ["rich", "markdown_it", "mdurl", "platformdirs"]


@pytest.fixture
def nobodys_python(tmp_path_factory):
    """A Python that the account nobody may run, with what the grader needs, in folders that it may read."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("this run is under an ordinary account as it is")
    same = f"/usr/bin/python{sysconfig.get_python_version()}"
    if not Path(same).exists():
        pytest.skip(f"root's own Python may be unreadable for others, and there is no {same}")
    site = Path(subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip())
    installed = Path(sysconfig.get_path("purelib"))
    for name in NEEDED:
        if (installed / name).is_dir():
            shutil.copytree(installed / name, site / name)
        elif (installed / name).exists():
            shutil.copy(installed / name, site)
    shutil.copytree(ROOT / "grader", site / "grader")
    shutil.copytree(TINY, site / "course")
    for folder, folders, files in os.walk(site):
        for entry in [".", *folders, *files]:
            path = Path(folder, entry)
            path.chmod(0o755 if path.is_dir() else 0o644)
    yield same, site
    shutil.rmtree(site)


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
