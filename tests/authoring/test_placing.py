"""A release is written where there is nothing, or what a release wrote; what a person wrote stays."""

import json
import os

import pytest
from conftest import TINY, run_grade

from grader.authoring.placing import MANIFEST, place
from grader.errors import UsageError

FILES = {"losses.py": "hole = 1\n", "notebooks/all.ipynb": "{}\n"}
NEWER = {"losses.py": "hole = 2\n", "gradients.py": "hole = 3\n"}
MINE = "answer = 42\n"


def texts(folder):
    return {p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file()}


def without_manifest(folder):
    return {name: text for name, text in texts(folder).items() if name != MANIFEST}


def test_an_untouched_release_is_replaced_by_the_next_one(tmp_path):
    place(FILES, tmp_path)

    assert place(FILES, tmp_path) == []
    assert place(NEWER, tmp_path) == []

    assert without_manifest(tmp_path) == NEWER


@pytest.mark.parametrize("name", [*FILES, "gradients.py"])
@pytest.mark.parametrize("written", [MINE.encode(), b"", b"\xff\xfe", FILES["losses.py"].encode() + b"\n"])
def test_what_a_person_wrote_stays_and_is_named_and_nothing_else_is_written(tmp_path, name, written):
    place(FILES, tmp_path)
    (tmp_path / name).write_bytes(written)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    with pytest.raises(UsageError, match=name):
        place({**FILES, **NEWER, "notebooks/all.ipynb": "{1}"}, tmp_path)

    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_file_that_a_release_leaves_out_now_stays_where_a_person_changed_it(tmp_path):
    place(FILES, tmp_path)
    (tmp_path / "notebooks" / "all.ipynb").write_text(MINE)

    place(NEWER, tmp_path)

    assert without_manifest(tmp_path) == {**NEWER, "notebooks/all.ipynb": MINE}


def test_line_ends_that_git_changed_are_no_persons(tmp_path):
    place(FILES, tmp_path)
    (tmp_path / "losses.py").write_bytes(b"hole = 1\r\n")

    place(NEWER, tmp_path)

    assert without_manifest(tmp_path) == NEWER


def test_without_its_list_a_release_knows_only_what_it_would_write_itself(tmp_path):
    place(FILES, tmp_path)
    (tmp_path / MANIFEST).unlink()

    place(FILES, tmp_path)
    (tmp_path / MANIFEST).write_text(json.dumps({"losses.py": "no digest"}))

    with pytest.raises(UsageError, match=f"losses.py, .*{MANIFEST}: these are no untouched files"):
        place(NEWER, tmp_path)


def test_force_keeps_a_copy_and_never_overwrites_an_older_one(tmp_path):
    for number in range(3):
        (tmp_path / "losses.py").write_text(f"mine = {number}\n")
        [kept] = place(FILES, tmp_path, force=True)
        assert kept.read_text() == f"mine = {number}\n"

    assert {p.name for p in tmp_path.glob("*.bak*")} == {"losses.py.bak", "losses.py.bak2", "losses.py.bak3"}
    assert (tmp_path / "losses.py").read_text() == FILES["losses.py"]


IN_THE_WAY = {
    "a link": lambda path, other: path.symlink_to(other / "mine.py"),
    "a link to nowhere": lambda path, other: path.symlink_to(other / "nowhere"),
    "a folder": lambda path, other: (path.mkdir(), (path / "mine.py").write_text(MINE)),
}


@pytest.mark.parametrize("case", IN_THE_WAY)
@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_through_a_link_or_into_a_folder_in_a_files_place(tmp_path, case, force):
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.mkdir()
    (other / "mine.py").write_text(MINE)
    IN_THE_WAY[case](out / "losses.py", other)

    if force:
        [kept] = place(FILES, out, force=True)
        assert os.path.lexists(kept)
        assert without_manifest(out).items() >= FILES.items()
    else:
        with pytest.raises(UsageError, match="losses.py: this is no untouched file"):
            place(FILES, out)
        assert os.listdir(out) == ["losses.py"]
    assert texts(other) == {"mine.py": MINE}


@pytest.mark.parametrize("make", [lambda p: p.write_text(MINE), lambda p: p.symlink_to(p.parent.parent)])
def test_a_file_or_a_link_in_the_place_of_an_inner_folder_is_named(tmp_path, make):
    out = tmp_path / "out"
    out.mkdir()
    make(out / "notebooks")

    with pytest.raises(UsageError, match="notebooks: this is no untouched file"):
        place(FILES, out)

    assert os.listdir(out) == ["notebooks"]


def test_a_file_in_the_place_of_the_whole_folder_is_named(tmp_path):
    (tmp_path / "out").write_text(MINE)

    with pytest.raises(UsageError, match="out: this is no untouched file"):
        place(FILES, tmp_path / "out")


@pytest.mark.parametrize("entry", ["../mine.py", "/etc/hostname", "a/../../mine.py"])
def test_a_list_that_names_what_is_outside_is_not_believed(tmp_path, entry):
    out = tmp_path / "out"
    place(FILES, out)
    (tmp_path / "mine.py").write_text(FILES["losses.py"])
    known = json.loads((out / MANIFEST).read_text())
    (out / MANIFEST).write_text(json.dumps({**known, entry: known["losses.py"]}))

    with pytest.raises(UsageError):
        place(NEWER, out)

    assert (tmp_path / "mine.py").exists()


def test_the_command_keeps_finished_answers_and_says_where_copies_are(tmp_path):
    release = lambda *more: run_grade("release", "out", "--course", TINY, *more, cwd=tmp_path)  # noqa: E731
    assert release().returncode == 0
    (tmp_path / "out" / "arithmetic.py").write_text(MINE)

    refused = release()

    assert refused.returncode == 2
    assert refused.stderr.startswith("grade: out/arithmetic.py: this is no untouched file of a release, so nothing was")
    assert (tmp_path / "out" / "arithmetic.py").read_text() == MINE

    forced = release("--force")

    assert forced.returncode == 0
    assert "out/arithmetic.py.bak: what was there before" in forced.stdout
    assert (tmp_path / "out" / "arithmetic.py.bak").read_text() == MINE


def test_without_solutions_a_release_is_a_usage_error(tmp_path):
    course = tmp_path / "course"
    course.mkdir()
    (course / "course.toml").write_text((TINY / "course.toml").read_text())

    done = run_grade("release", tmp_path / "out", "--course", course)

    assert done.returncode == 2
    assert done.stderr.startswith("grade: Doubling: a release is made of the reference solutions, which are not here")
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text(MINE)

    done = run_grade("release", tmp_path / "file" / "out", "--course", TINY)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Not a directory; name a folder that can be written" in done.stderr
