"""What is installed: the grader with its public checks and data, never the solutions."""

import subprocess
import sys
import zipfile

import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = target.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_it_holds_the_checks_the_course_and_the_data(names):
    wanted = [
        "course/course.toml",
        "course/checks/test_softmax.py",
        "data/mnist.npz",
        "data/LICENSE.md",
        "box/server.py",
    ]

    assert {f"grader/{name}" for name in wanted} <= set(names)


def test_it_never_holds_solutions(names):
    tops = {name.partition("/")[0] for name in names}

    assert tops == {"grader", next(top for top in tops if top.endswith(".dist-info"))}
    assert not [name for name in names if "solution" in name or "mistake" in name]
