"""What a learner's code leaves behind is removed, whatever its shape, and nothing beside it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from grader.box.scratch import MOST_ENTRIES, Scratch
from grader.box.trees import remove_tree

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths are bounded there")


def make_deep(folder: Path, depth: int) -> None:
    """Nest folders, each with a file, deeper than a path can be long or Python can recurse."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.close(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here))
        os.mkdir("a-folder", dir_fd=here)
        inner = os.open("a-folder", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)


def make_random(folder: Path, outside: Path, rng: random.Random) -> None:
    """Make folders, files, links and pipes, some without any permission."""
    folders = [folder]
    for number in range(60):
        place = rng.choice(folders) / f"{number}"
        match rng.randrange(5):
            case 0 | 1:
                place.mkdir()
                folders.append(place)
            case 2:
                place.write_text("x")
            case 3:
                place.symlink_to(rng.choice([outside, outside / "kept", Path("..")]))
            case 4:
                os.mkfifo(place)
    for locked in reversed(folders[1:]):
        locked.chmod(rng.choice([0, 0o100, 0o500, 0o700]))


def test_folders_deeper_than_python_recurses_are_removed(own):
    make_deep(own, 3000)

    remove_tree(own / "a-folder")

    assert [path.name for path in own.iterdir()] == ["file"]


@pytest.mark.parametrize("seed", range(20))
def test_whatever_lies_there_is_removed_and_nothing_outside(tmp_path, seed):
    outside, victim = tmp_path / "outside", tmp_path / "victim"
    outside.mkdir()
    (outside / "kept").write_text("x")
    victim.mkdir()
    make_random(victim, outside, random.Random(seed))
    before = (outside.stat().st_mode, (outside / "kept").stat())

    remove_tree(victim)

    assert list(tmp_path.iterdir()) == [outside]
    assert (outside.stat().st_mode, (outside / "kept").stat()) == before


def test_a_link_in_the_place_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "kept").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "outside")

    remove_tree(tmp_path / "link")

    assert (tmp_path / "outside" / "kept").exists()


@pytest.mark.parametrize("name", ["not there", "file"])
def test_what_is_no_folder_is_no_error(tmp_path, name):
    (tmp_path / "file").write_text("x")

    remove_tree(tmp_path / name)


@pytest.fixture
def own(tmp_path):
    """A folder that is gone after the test, whatever the test left there; pytest would stumble over it."""
    folder = tmp_path / "own"
    folder.mkdir()
    yield folder
    subprocess.run(["rm", "-rf", folder], check=False)


@pytest.fixture
def scratch(own, monkeypatch):
    monkeypatch.chdir(own)
    return own


def kept(folder: Path) -> Scratch:
    return Scratch(str(folder), set(range(256)), 256)


def test_what_a_check_left_goes_and_what_was_there_comes_back(scratch):
    (scratch / "old").mkdir()
    (scratch / "old" / "file").write_text("as it was")
    before = kept(scratch)
    (scratch / "old" / "file").unlink()
    (scratch / "new" / "deeper").mkdir(parents=True)
    (scratch / "new" / "deeper" / "file").write_text("x")

    before.restore(beside=False)

    assert sorted(path.relative_to(scratch).as_posix() for path in scratch.rglob("*")) == ["old", "old/file"]
    assert (scratch / "old" / "file").read_text() == "as it was"


def test_what_is_put_back_has_a_bound(scratch, monkeypatch):
    make_deep(scratch, 1500)
    for number in range(2 * MOST_ENTRIES):
        (scratch / f"{number}").touch()
    seen = []
    lstat = Path.lstat
    monkeypatch.setattr(Path, "lstat", lambda path: seen.append(path) or lstat(path))

    before = kept(scratch)
    before.restore(beside=False)

    assert len(seen) <= 8 * MOST_ENTRIES
    assert len(list(scratch.iterdir())) == 2 * MOST_ENTRIES + 2


def test_what_a_check_left_beyond_the_bound_is_no_error(scratch):
    before = kept(scratch)
    make_deep(scratch, 1500)
    for number in range(2 * MOST_ENTRIES):
        (scratch / f"{number}").touch()

    before.restore(beside=False)

    assert (scratch / "a-folder").exists()
