"""A room in every setting that this machine has, for what is tried from inside; and an ordinary account's Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest
from confined import SETTINGS, Room, Setting, new_room

ROOT = Path(__file__).parent.parent.parent
TINY = ROOT / "tests" / "tiny_course"
NEEDED = ["numpy", "numpy.libs", "pytest", "_pytest", "py.py", "pluggy", "iniconfig", "packaging", "pygments"]
NEEDED += ["rich", "markdown_it", "mdurl", "platformdirs"]


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def setting(request: pytest.FixtureRequest) -> Setting:
    found: Setting = request.param
    return found


@pytest.fixture(params=[setting for setting in SETTINGS if "first" not in setting.name], ids=str)
def room(request: pytest.FixtureRequest) -> Iterator[Room]:
    with new_room(request.param) as made:
        yield made


@pytest.fixture
def any_room(setting: Setting) -> Iterator[Room]:
    with new_room(setting) as made:
        yield made


@pytest.fixture
def my_room() -> Iterator[Room]:
    with new_room(SETTINGS[0]) as made:
        yield made


@pytest.fixture
def nobodys_python() -> Iterator[tuple[str, Path]]:
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
