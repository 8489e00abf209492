"""README's screens are what is printed: in a clone, and where a learner has nothing but the package."""

import re
import shutil

import pytest
from conftest import ROOT, run_grade

README = (ROOT / "README.md").read_text(encoding="utf-8")
SCREENS = re.findall(r"^```text\n\$ (grade[^\n]*)\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)
MACHINES_OWN = re.compile(r"^ sandbox: .*", re.MULTILINE)  # what isolation there is
WITHOUT_THE_HALF = '    raise NotImplementedError("mean_squared_error")', "    return np.sum((y - t) ** 2)"


@pytest.fixture
def clone(tmp_path):
    """What ``git clone`` brings, as far as the command knows of it."""
    for name in ("grader", "assignments", "solutions"):
        shutil.copytree(ROOT / name, tmp_path / "clone" / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "clone"


def printed(command, folder):
    """Return what a command prints in a folder that has the package, without what the machine decides."""
    done = run_grade(*command.split()[1:], cwd=folder, PYTHONPATH=str(folder), COLUMNS="80")
    assert done.returncode == 0, done.stderr
    return plain(done.stdout)


def plain(screen):
    lines = MACHINES_OWN.sub(" sandbox:", screen).strip("\n").splitlines()
    return "\n".join(line.rstrip() for line in lines)


def test_the_first_command_in_a_fresh_clone_shows_the_first_screen(clone):
    [(command, screen), _] = SCREENS
    assert f"    pip install -e . && {command}\n" in README.partition("```")[0]

    assert printed(command, clone) == plain(screen)


def test_a_learner_who_has_the_package_sees_the_second(clone):
    [_, (command, screen)] = SCREENS
    shutil.copy(clone / "solutions" / "activations.py", clone / "assignments")
    losses = clone / "assignments" / "losses.py"
    losses.write_text(losses.read_text(encoding="utf-8").replace(*WITHOUT_THE_HALF), encoding="utf-8")
    shutil.rmtree(clone / "solutions")

    assert printed(command, clone) == plain(screen)
