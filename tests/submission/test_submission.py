"""Reading what was handed in."""

import os

import pytest

from grader.errors import SubmissionError
from grader.model import Sought
from grader.submission import read_submission
from grader.submission.bounds import MAX_FILES

MODULES = Sought({"losses": {"mean_squared_error": True}, "gradients": {}})


def test_only_the_courses_modules_and_what_they_import_are_read(tmp_path):
    (tmp_path / "losses.py").write_text("from common.functions import f\n")
    (tmp_path / "common").mkdir()
    (tmp_path / "common" / "functions.py").write_text("import deeper\n")
    (tmp_path / "deeper.py").write_text("")
    (tmp_path / "unrelated.py").write_text("")

    submission = read_submission(tmp_path, MODULES)

    assert set(submission.modules) == {"losses.py", "common/functions.py", "deeper.py"}


def test_nothing_is_executed(tmp_path):
    (tmp_path / "losses.py").write_text("open('ran', 'w')\n")

    read_submission(tmp_path, MODULES)

    assert not (tmp_path / "ran").exists()


def test_the_digest_names_the_content(tmp_path):
    file = tmp_path / "losses.py"
    file.write_text("a = 1\n")
    before = read_submission(tmp_path, MODULES).digest
    assert read_submission(tmp_path, MODULES).digest == before

    file.write_text("a = 2\n")

    assert read_submission(tmp_path, MODULES).digest != before


def test_one_file_is_a_submission_with_its_neighbours_as_helpers(tmp_path):
    (tmp_path / "losses.py").write_text("import tools, gradients\n")
    (tmp_path / "tools.py").write_text("")
    (tmp_path / "gradients.py").write_text("")

    submission = read_submission(tmp_path / "losses.py", MODULES)

    assert set(submission.modules) == {"losses.py", "tools.py"}


def test_a_declared_encoding_is_honoured(tmp_path):
    (tmp_path / "losses.py").write_bytes("# -*- coding: euc-jp -*-\nx = 1  # 損失\n".encode("euc-jp"))

    assert "損失" in read_submission(tmp_path, MODULES).modules["losses.py"].text


@pytest.mark.parametrize("encoding", ["rot13", "base64", "punycode", "idna", "undefined", "no-such", "utf-7"])
def test_ciphers_are_no_text(tmp_path, encoding):
    (tmp_path / "losses.py").write_text(f"# -*- coding: {encoding} -*-\na-{'9a' * 400_000}\n")

    assert read_submission(tmp_path, MODULES).lost["losses.mean_squared_error"].kind == "not_utf8"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("name", ["x.ipynb", "losses.py", "x.zip"])
def test_a_pipe_is_not_waited_for(tmp_path, name):
    os.mkfifo(tmp_path / name)

    with pytest.raises(SubmissionError, match="can be graded; this is none of them"):
        read_submission(tmp_path / name, MODULES)


@pytest.mark.parametrize("name", ["a" * 300 + ".ipynb", "dangling.ipynb"])
def test_what_is_not_there_is_one_sentence(tmp_path, name):
    (tmp_path / "dangling.ipynb").symlink_to(tmp_path / "nowhere")

    with pytest.raises(SubmissionError, match=r"there is no such file or folder$"):
        read_submission(tmp_path / name, MODULES)


def test_links_are_not_followed(tmp_path):
    secret = tmp_path / "secret.py"
    secret.write_text("key = 1\n")
    folder = tmp_path / "answers"
    folder.mkdir()
    os.symlink(secret, folder / "losses.py")

    with pytest.raises(SubmissionError):
        read_submission(folder, MODULES)


BAD = {
    "no such path": (lambda p: p / "assignmens", "there is no such file or folder; did you mean .*assignments"),
    "an empty folder": (lambda p: p / "empty", "the folder is empty; the course asks for mean_squared_error"),
    "a text": (lambda p: p / "notes.txt", "a folder, a zip, a .py or .ipynb file can be graded"),
    "another module": (lambda p: p / "other.py", "no exercise is in it; the course asks for mean_squared_error"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cannot_be_graded_is_one_sentence(tmp_path, case):
    (tmp_path / "assignments").mkdir()
    (tmp_path / "assignments" / "losses.py").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "other.py").write_text("")
    path, words = BAD[case]

    with pytest.raises(SubmissionError, match=words):
        read_submission(path(tmp_path), MODULES)


def test_of_too_many_files_the_first_are_looked_into(tmp_path):
    (tmp_path / "losses.py").write_text("def mean_squared_error(y, t): return 1\n")
    for number in range(MAX_FILES + 1):
        (tmp_path / f"z{number}.py").touch()

    submission = read_submission(tmp_path, MODULES)

    assert "losses.mean_squared_error" in submission.answers
    assert f"more than {MAX_FILES} modules and notebooks" in submission.notices[0].values["what"]
