"""The command as its users call it: real processes, exit codes, one sentence for bad input."""

import json
import os
import pty
import signal
import subprocess
import sys

import pytest
from conftest import ROOT, TINY, json_report, run_grade, settle

RIGHT = "def half(x): return x / 2\ndef double(x): return 2 * x\ndef quadruple(x): return 4 * x\n"
TWO_LOOPS = """
def half(x): return x / 2
def double(x): return endless() if isinstance(x, int) else 2 * x
def quadruple(x): return endless()
def endless():
    while True: pass
"""
WRONG = RIGHT.replace("return 2 * x", "return 3 * x")


@pytest.fixture
def answers(tmp_path):
    def write(text):
        folder = tmp_path / "answers"
        folder.mkdir(exist_ok=True)
        (folder / "arithmetic.py").write_text(text, encoding="utf-8")
        return folder

    return write


def tiny(*arguments, **keywords):
    return run_grade(*arguments, "--course", TINY, **keywords)


def test_a_report_is_success_whatever_the_score(answers):
    assert tiny(answers(WRONG)).returncode == 0


@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (WRONG, 1)])
def test_min_makes_a_low_score_a_failure(answers, text, code):
    assert tiny(answers(text), "--min", "80").returncode == code


def test_a_check_of_ours_that_breaks_is_exit_3_and_no_lost_point(tmp_path, answers):
    course = tmp_path / "course"
    (course / "checks").mkdir(parents=True)
    (course / "course.toml").write_text((TINY / "course.toml").read_text())
    (course / "checks" / "test_broken.py").write_text(
        "import pytest\n@pytest.mark.exercise('arithmetic.double', points=3)\n"
        "def test_broken(student):\n    student.double(2)\n    undefined\n"
    )

    done = run_grade(answers(RIGHT), "--course", course)

    assert done.returncode == 3
    assert "not final" in done.stdout
    assert json_report(answers(RIGHT), "--course", course)["final"] is False


USAGE = {
    "no such path": (["nowhere"], "nowhere: there is no such file or folder"),
    "no such exercise": ([".", "-k", "half"], "half: no exercise has this name; there are double, quadruple"),
    "a misspelt exercise": ([".", "-k", "duoble"], "duoble: no exercise has this name; did you mean double?"),
    "in capitals": ([".", "-k", "QUADRUPEL"], "QUADRUPEL: no exercise has this name; did you mean quadruple?"),
    "a very long name": ([".", "-k", "x" * 100_000], "xxx...: no exercise has this name; there are double, quadruple"),
    "no such course": ([".", "--course", "nowhere"], "nowhere/course.toml: No such file"),
    "no time": ([".", "--timeout", "0"], "--timeout: 0 is not a number from 0.01 to 86,400"),
    "all the time": ([".", "--timeout", "1e300"], "--timeout: 1e300 is not a number from 0.01 to 86,400"),
    "no memory": ([".", "--memory", "1"], "--memory: 1 is not a number from 64 to 1,048,576"),
    "no percent": ([".", "--min", "nan"], "--min: nan is not a number from 0 to 100"),
}


@pytest.mark.parametrize("case", USAGE)
def test_bad_input_is_one_sentence(tmp_path, case):
    arguments, words = USAGE[case]
    arguments = arguments if "--course" in arguments else [*arguments, "--course", TINY]

    done = run_grade(*arguments, cwd=tmp_path)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_without_a_path_the_folder_one_stands_in_is_graded(answers):
    done = tiny(cwd=answers(WRONG))

    assert done.returncode == 0, done.stderr
    assert "2 / 5 points" in done.stdout
    assert "\n   arithmetic.py:2\n" in done.stdout


ONE = "def double(x): return 2 * x\ndef quadruple(x): raise NotImplementedError('quadruple')\n"


@pytest.mark.parametrize(("text", "least", "code"), [(ONE, "100", 0), (WRONG, "50", 1), ("x = 1\n", "1", 1)])
def test_min_asks_for_a_part_of_what_is_attempted(answers, text, least, code):
    assert tiny(answers(text), "--only-answered", "--min", least).returncode == code


def test_what_is_not_attempted_is_one_line(answers):
    done = tiny(answers(ONE), "--only-answered")

    assert "\n not handed in: quadruple\n" in done.stdout
    assert "3 / 3 points" in done.stdout
    assert "Every check of what is handed in passes." in done.stdout
    report = json_report(answers(ONE), "--course", TINY, "--only-answered")
    assert (report["score"], report["possible"], report["unattempted"]) == (3, 3, ["arithmetic.quadruple"])


def test_where_nothing_is_attempted_nothing_is_scored_and_nothing_passes(answers):
    done = tiny(answers("x = 1\n"), "--only-answered")

    assert "0 / 0 points" in done.stdout
    assert "Nothing of this course is answered here, so nothing is scored." in done.stdout
    assert "passes" not in done.stdout


def test_several_paths_have_names_and_a_table_and_one_that_cannot_be_read_costs_itself(tmp_path):
    for name, text in (("kim", RIGHT), ("[red]lee", WRONG)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "arithmetic.py").write_text(text)
    (tmp_path / "park").mkdir()

    done = tiny("kim", "park", "[red]lee", "nowhere", cwd=tmp_path)

    assert done.returncode == 2
    shown = done.stdout
    kim, lee, table = shown.index("── kim ──"), shown.index("── [red]lee ──"), shown.index(" 4 submissions")
    assert kim < shown.index("5 / 5 points") < lee < shown.index("2 / 5 points") < table
    rows = [line.split() for line in shown[table:].splitlines()[2:]]
    assert [row[:2] for row in rows] == [["✓", "kim"], ["!", "park"], ["✗", "[red]lee"], ["!", "nowhere"]]
    assert "the folder is empty" in " ".join(rows[1])
    assert "next: double" in " ".join(rows[2])
    assert "\x1b" not in shown + done.stderr
    assert done.stderr.count("\n") == 2


@pytest.mark.parametrize(("texts", "code"), [((RIGHT, RIGHT), 0), ((RIGHT, WRONG), 1), ((WRONG, RIGHT), 1)])
def test_of_several_exit_codes_the_worst_counts(tmp_path, texts, code):
    for name, text in zip("ab", texts, strict=True):
        (tmp_path / name).mkdir()
        (tmp_path / name / "arithmetic.py").write_text(text)

    assert tiny("a", "b", "--min", "80", cwd=tmp_path).returncode == code


def test_one_path_needs_neither_name_nor_table(answers):
    done = tiny(answers(RIGHT))

    assert "──" not in done.stdout
    assert "submissions" not in done.stdout


def test_json_alone_goes_to_standard_output(answers):
    report = json_report(answers(WRONG), "--course", TINY)

    assert (report["version"], report["score"], report["possible"]) == (1, 2, 5)
    check = report["exercises"][0]["checks"][0]
    assert (check["verdict"], check["score"], check["possible"], check["hidden"]) == ("failed", 0, 1, False)
    assert check["message"].startswith("double is 1.5 times too large")


def test_json_to_a_file_comes_beside_the_screen(answers, tmp_path):
    done = tiny(answers(RIGHT), "--json", tmp_path / "report.json")

    assert json.loads((tmp_path / "report.json").read_text())["score"] == 5
    assert "5 / 5 points" in done.stdout


def test_json_replaces_a_report_that_it_wrote_and_an_empty_file(answers, tmp_path):
    target = tmp_path / "report.json"
    target.touch()
    (tmp_path / "link.json").symlink_to(target)

    for text, score in ((WRONG, 2), (RIGHT, 5), (WRONG, 2)):
        assert tiny(answers(text), "--json", tmp_path / "link.json").returncode == 0
        assert json.loads(target.read_text())["score"] == score
    assert (tmp_path / "link.json").is_symlink()


THEIRS = {
    "an answer": "def half(x): return x / 2\n",
    "a notebook": '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "any JSON": "{}",
    "a number": "1",
    "a report with a note": None,
    "deep JSON": "[" * 100_000,
}


@pytest.mark.parametrize("case", THEIRS)
def test_json_never_replaces_what_a_person_wrote(answers, tmp_path, case):
    target = tmp_path / "mine"
    text = THEIRS[case]
    if text is None:
        tiny(answers(RIGHT), "--json", target)
        text = target.read_text().replace('"version"', '"note": "see me", "version"', 1)
    target.write_text(text)

    done = tiny(answers(RIGHT), "--json", target)

    assert done.returncode == 2
    assert f"--json {target}: this file is no report, and is kept; name another file" in done.stderr
    assert "5 / 5 points" in done.stdout
    assert target.read_text() == text


def test_json_to_a_pipe_leaves_it_a_pipe(answers, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        tiny(answers(RIGHT), "--json", pipe)

        assert json.loads(reader.stdout.read())["score"] == 5
    assert pipe.is_fifo()


def test_nothing_is_left_behind(answers, tmp_path):
    before = set(os.listdir(tmp_path))
    folder = answers(RIGHT)

    tiny(folder, TMPDIR=str(tmp_path))

    assert set(os.listdir(folder)) == {"arithmetic.py"}
    assert set(os.listdir(tmp_path)) - before == {"answers"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_shows_what_is_finished_claims_no_more_and_leaves_nothing(answers, tmp_path, number):
    """In the middle of an endless loop, in a box that was started after another loop had cost the first one."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", answers(TWO_LOOPS), "--course", TINY, "--timeout", "3"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch)},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(5)  # it is in the second endless loop by now
    process.send_signal(number)
    shown, _ = process.communicate(timeout=20)

    assert process.returncode == 130
    assert "2 /  3" in shown
    assert "Stopped before the end" in shown
    assert "passes" not in shown
    assert list(scratch.iterdir()) == []
    assert settle(scratch) == []


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_stream_is_not_taken_for_the_boxs_line(answers, tmp_path, closed):
    report = tmp_path / "report.json"
    command = f"exec {sys.executable} -m grader {answers(RIGHT)} --course {TINY} --json {report} {closed}"

    done = subprocess.run(["sh", "-c", command], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)

    assert done.returncode == 0
    assert json.loads(report.read_text())["score"] == 5


def test_the_users_own_pytest_settings_do_not_matter(answers, tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --nonsense\n")
    (tmp_path / "conftest.py").write_text("raise RuntimeError\n")

    done = tiny(answers(RIGHT), cwd=tmp_path, PYTEST_ADDOPTS="--nonsense", PYTEST_PLUGINS="nonsense")

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("encoding", ["cp932", "cp949", "cp1252", "ascii", "gbk"])
def test_any_terminal_encoding_prints(answers, encoding):
    text = WRONG.replace("return 3 * x", "print('損失 ✓'); raise ValueError('값이 틀림 ✗')")
    done = subprocess.run(
        [sys.executable, "-m", "grader", str(answers(text)), "--course", str(TINY)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "x  double" in done.stdout.decode(encoding)


def test_a_log_file_gets_neither_colour_nor_cursor_movement(answers):
    done = tiny(answers(WRONG))

    assert "\x1b" not in done.stdout + done.stderr


def test_every_line_fits_80_columns(answers, tmp_path):
    answers(WRONG.replace("3 * x", "3 * x  # " + "long " * 40))

    done = tiny("answers", cwd=tmp_path)

    assert max(map(len, done.stdout.splitlines())) <= 80


def on_a_terminal(*arguments, **environment):
    """Run the command with a real terminal as its output; return what it wrote there."""
    near, far = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "grader", *map(str, arguments)],
        stdout=far, stderr=far, stdin=far, env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", **environment},
    )  # fmt: skip
    os.close(far)
    written = b""
    try:
        while chunk := os.read(near, 4096):
            written += chunk
    except OSError:
        pass  # Linux's way to say that the other end of a terminal is closed
    process.wait()
    os.close(near)
    return written.decode()


def test_a_terminal_gets_colour_and_progress(answers):
    written = on_a_terminal(answers(RIGHT), "--course", TINY)

    assert "\x1b[32m" in written
    assert "Grading" in written


@pytest.mark.parametrize("how", [{"arguments": ["--no-color"]}, {"NO_COLOR": "1"}])
def test_colour_can_be_refused(answers, how):
    how = dict(how)
    written = on_a_terminal(answers(RIGHT), "--course", TINY, *how.pop("arguments", []), **how)

    assert "\x1b[32m" not in written


def test_a_strangers_text_cannot_touch_the_terminal(answers):
    text = WRONG.replace("return 3 * x", "raise ValueError('\\x1b[2J[bold]x[/bold] \\u202e \\ud800')")

    done = tiny(answers(text))

    assert "ValueError: [bold]x[/bold]" in done.stdout
    assert not set(done.stdout) & {"\x1b", "\u202e"}


def test_a_strangers_file_name_cannot_touch_the_terminal_either(tmp_path):
    name = "a\x1b[2J\u202e\n損失.py"
    (tmp_path / name).write_text("x = 1\n")

    done = tiny(tmp_path / name)

    assert done.stderr.startswith(f"grade: {tmp_path}/a?[2J??損失.py: no exercise is in it")
    assert done.stderr.count("\n") == 1


def test_help_names_what_there_is():
    done = run_grade("--help")

    assert done.returncode == 0
    assert "grade release DIR" in done.stdout


def test_help_imports_nothing_heavy():
    code = "import sys; from grader.cli import grade_parser; grade_parser().format_help();"
    code += "print(sorted({'numpy', 'pytest', 'rich'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert done.stdout.splitlines()[-1] == "[]"


def test_release_writes_stubs_a_notebook_and_a_readme(tmp_path):
    done = run_grade("release", tmp_path / "out", "--course", TINY)

    assert done.returncode == 0, done.stderr
    assert set(os.listdir(tmp_path / "out")) == {".course", ".release.json", "README.md", "arithmetic.py", "notebooks"}
    assert 'raise NotImplementedError("double")' in (tmp_path / "out" / "arithmetic.py").read_text()
    assert "%grade" not in (tmp_path / "out" / "notebooks" / "doubling.ipynb").read_text(), "it knows one course alone"
    stub = json_report(tmp_path / "out", "--course", TINY)
    assert stub["score"] == 0
    assert {c["verdict"] for e in stub["exercises"] for c in e["checks"]} <= {"todo", "blocked"}
