"""No link leads out of what was handed in, whatever form it has; what is no ordinary file is not waited for."""

import json
import os
import socket
import tempfile
from pathlib import Path

import pytest
from conftest import ROOT

from grader.errors import SubmissionError
from grader.model import Sought
from grader.submission import read_cells, read_submission
from grader.submission.files import neighbours, read_inside, walk

WANTED = Sought({"losses": {"mean_squared_error": True}, "networks": {"TwoLayerNet.gradient": True}})
ANSWER = "def mean_squared_error(y, t):\n    return 0\n"
IMPORTS = "from reference.losses import mean_squared_error\nfrom secret import key\nimport more.losses\n"


@pytest.fixture
def secret(tmp_path):
    folder = tmp_path / "secret"
    folder.mkdir()
    for name in ("losses.py", "secret.py", "__init__.py"):
        (folder / name).write_text(ANSWER + "key = 'secret'\n")
    return folder


@pytest.fixture
def hand(tmp_path, secret):
    """A folder with links to all that is secret: a folder, a file, a folder further in, and ways by ``..``."""
    folder = tmp_path / "hand"
    (folder / "more").mkdir(parents=True)
    (folder / "reference").symlink_to(secret)
    (folder / "secret.py").symlink_to(secret / "secret.py")
    (folder / "more" / "losses").symlink_to(secret)
    (folder / "more" / "losses.py").symlink_to("../../secret/losses.py")
    (folder / "around").symlink_to("..")
    (folder / "itself").symlink_to(".")
    return folder


def read_text(submission) -> str:
    return "".join(module.text for module in submission.modules.values())


@pytest.mark.parametrize("named", ["losses.py", "a.ipynb", "."])
def test_no_link_in_or_beside_what_was_named_is_followed(hand, named):
    (hand / "losses.py").write_text(IMPORTS + ANSWER)
    if named == "a.ipynb":
        cell = {"cell_type": "code", "source": IMPORTS + ANSWER}
        (hand / named).write_text(json.dumps({"cells": [cell]}))

    submission = read_submission(hand / named, WANTED)

    assert "secret'" not in read_text(submission)
    assert not {"secret", "reference.losses", "more.losses"} & submission.modules.keys()


def test_no_link_beside_an_open_notebook_is_followed(hand):
    submission = read_cells([(1, IMPORTS + ANSWER)], "a.ipynb", hand, WANTED)

    assert "secret'" not in read_text(submission)


def test_a_folder_that_is_named_may_be_a_link(tmp_path, hand):
    (hand / "losses.py").write_text(ANSWER)
    (tmp_path / "week3").symlink_to(hand)

    assert read_submission(tmp_path / "week3", WANTED).modules["losses.py"].text == ANSWER


def test_what_lies_beside_the_target_of_a_named_link_is_not_read(tmp_path, secret):
    (secret / "losses.py").write_text("import secret\n" + ANSWER)
    here = tmp_path / "here"
    here.mkdir()
    (here / "losses.py").symlink_to(secret / "losses.py")

    assert read_submission(here / "losses.py", WANTED).modules.keys() == {"losses.py"}


@pytest.mark.parametrize("swapped", ["pack/losses.py", "pack"])
def test_a_link_that_is_put_in_place_before_the_reading_is_refused(tmp_path, secret, swapped):
    hand = tmp_path / "hand"
    (hand / "pack").mkdir(parents=True)
    (hand / "pack" / "losses.py").write_text(ANSWER)
    found = walk(hand).members[0]

    (hand / swapped).rename(tmp_path / "old")
    (hand / swapped).symlink_to(secret if swapped == "pack" else secret / "losses.py")

    with pytest.raises(OSError):
        found.read()


def test_a_system_without_open_folders_looks_for_links_by_itself(hand, monkeypatch):
    monkeypatch.setattr("grader.submission.files.HAS_FOLDERS", False)

    with pytest.raises(OSError, match="a link is not followed"):
        read_inside(hand, ("reference", "losses.py"))


def test_packages_beside_a_file_are_its_helpers(tmp_path):
    for name in ("a.py", "pack/b.py", "pack/deeper/c.py", "venv/d.py", ".git/e.py", "notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()

    assert [file.name for file in neighbours(tmp_path).members] == ["a.py", "pack/b.py"]


# -- what is no ordinary file -----------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_ordinary_file_is_not_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    (tmp_path / "networks.py").write_text(ANSWER)
    os.mkfifo("losses.py")
    os.mkfifo("x.ipynb")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("tools.py")

        assert [file.name for file in walk(tmp_path).members] == ["networks.py"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_that_is_put_in_a_files_place_is_not_waited_for(tmp_path):
    (tmp_path / "losses.py").write_text(ANSWER)
    found = walk(tmp_path).members[0]
    (tmp_path / "losses.py").unlink()
    os.mkfifo(tmp_path / "losses.py")

    with pytest.raises(OSError, match="no ordinary file"):
        found.read()


def test_a_file_that_vanishes_is_a_finding(tmp_path, monkeypatch):
    (tmp_path / "losses.py").write_text(ANSWER)
    (tmp_path / "networks.py").write_text("")
    found = walk(tmp_path)
    (tmp_path / "losses.py").unlink()
    monkeypatch.setattr("grader.submission.walk", lambda folder, apart: found)

    assert read_submission(tmp_path, WANTED).lost["losses.mean_squared_error"].kind == "unreadable"


def test_a_file_that_is_nothing_but_a_hole_is_too_large(tmp_path):
    (tmp_path / "losses.py").touch()
    os.truncate(tmp_path / "losses.py", 1 << 40)
    (tmp_path / "networks.py").write_text("")

    assert read_submission(tmp_path, WANTED).lost["losses.mean_squared_error"].kind == "too_large"


# -- what may not be looked at ----------------------------------------------------------------------------


@pytest.fixture
def ordinary():
    """Do what follows as an account that may not read everything."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def closed():
    """A folder with an answer, and a folder in it that nobody may look into."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "closed").mkdir()
        (folder / "closed" / "losses.py").write_text("")
        (folder / "losses.py").write_text(ANSWER)
        (folder / "closed").chmod(0)
        yield folder / "closed"
        (folder / "closed").chmod(0o700)


def test_a_folder_that_cannot_be_looked_into_costs_only_itself(closed, ordinary):
    submission = read_submission(closed.parent, WANTED)

    assert submission.modules["losses.py"].text == ANSWER
    assert [notice.values["what"] for notice in submission.notices] == [
        "closed: Permission denied; it cannot be looked through"
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Permission denied; it cannot be looked through$"),
        ("losses.py", "Permission denied; it cannot be looked at$"),
        ("lossse.py", "Permission denied; it cannot be looked at$"),
    ],
)
def test_what_may_not_be_looked_at_is_one_sentence(closed, ordinary, name, words):
    with pytest.raises(SubmissionError, match=words):
        read_submission(closed / name, WANTED)


def test_what_lies_beside_a_file_is_not_counted_against_it(tmp_path, monkeypatch):
    monkeypatch.setattr("grader.submission.files.MAX_ENTRIES", 10)
    for number in range(11):
        (tmp_path / f"{number}.png").touch()
    (tmp_path / "losses.py").write_text(ANSWER)

    submission = read_submission(tmp_path / "losses.py", WANTED)

    assert submission.modules["losses.py"].text == ANSWER
    assert "too many files beside" in submission.notices[0].values["what"]


def test_a_linked_module_is_named_where_nothing_else_was_found(tmp_path, course):
    (tmp_path / "losses.py").symlink_to(ROOT / "solutions" / "losses.py")

    with pytest.raises(SubmissionError, match=r"losses\.py: a link, which is not followed; put the file there"):
        read_submission(tmp_path, course.sought)


def test_no_hint_leads_through_a_link(tmp_path, course):
    (tmp_path / "assignments").symlink_to(ROOT / "solutions")

    with pytest.raises(SubmissionError) as refused:
        read_submission(tmp_path, course.sought)

    assert "did you mean" not in str(refused.value)
