"""A release is graded as what it is, and no check of a stranger's ever runs because it lies in a folder."""

import os
import shutil
import subprocess
import sys
import tomllib

import pytest
from conftest import TINY, json_report, run_grade

from grader.authoring.carried import (
    CARRIED,
    MAX_ENTRIES,
    carried_files,
    known_copy,
    remember,
    texts_of,
    without_solutions,
)
from grader.authoring.course import load_course
from grader.errors import CourseError

RIGHT = "def half(x): return x / 2\ndef double(x): return 2 * x\ndef quadruple(x): return 4 * x\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A machine on which no course has been named yet."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def release(home):
    """The tiny course's release, somewhere on such a machine, with right answers in it."""
    folder = home / "exercises"
    assert run_grade("release", folder, "--course", TINY).returncode == 0
    (folder / "arithmetic.py").write_text(RIGHT)
    return folder


def plant(folder, name=f"{CARRIED}/checks/test_arithmetic.py"):
    """Have a check say on the disk that it ran; return where."""
    mark = folder.parent / "it-ran"
    with (folder / name).open("a") as file:
        file.write(f"\nopen({str(mark)!r}, 'w').close()\n")
    return mark


def test_the_readmes_command_and_then_grade_alone_show_the_same_report(release):
    assert f"grade --course {CARRIED}\n" in (release / "README.md").read_text()

    named = json_report("--course", CARRIED, cwd=release)
    alone = json_report(cwd=release)
    further_down = json_report("..", cwd=release / "notebooks")

    assert (alone["course"], alone["score"], alone["possible"], alone["hidden_points"]) == ("Doubling", 3, 3, 2)
    for other in (named, further_down):
        assert without_seconds(other) == without_seconds(alone)


def without_seconds(report):
    checks = [{**check, "seconds": 0} for e in report["exercises"] for check in e["checks"]]
    return {**report, "exercises": checks, "student": ""}


def test_nothing_of_the_solutions_is_in_a_release(release):
    texts = "".join(p.read_text() for p in release.rglob("*") if p.is_file() and p.name != "arithmetic.py")

    assert "solutions" not in (release / CARRIED / "course.toml").read_text()
    assert "return 2 * x" not in texts
    assert "test_hidden" not in texts


def test_the_built_in_courses_release_carries_nothing(course):
    assert carried_files(course, "{}") == {}


def test_checks_that_nobody_named_are_not_run_where_one_stands_in_their_folder(release):
    mark = plant(release)

    done = run_grade(cwd=release)

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"grade: {CARRIED}: these exercises have checks of their own, which are programs")
    assert done.stderr.endswith(f"run: grade --course {CARRIED}\n")
    assert not mark.exists()


@pytest.mark.parametrize("more", [[], ["--course", str(TINY)]])
def test_checks_in_a_submission_are_never_run(release, more):
    assert run_grade("--course", CARRIED, cwd=release).returncode == 0
    mark = plant(release)

    run_grade(release.name, *more, cwd=release.parent)
    run_grade(release, *more)

    assert not mark.exists()


def test_a_folder_of_another_course_says_where_to_stand(release):
    mark = plant(release)

    done = run_grade(release.name, cwd=release.parent)

    assert (
        done.stderr
        == "grade: exercises/.course: not used; to grade by that course, stand in exercises, and run grade\n"
    )
    assert run_grade(release.name, "--course", TINY, cwd=release.parent).stderr == ""
    assert not mark.exists()


def later_check(release):
    return plant(release)


def new_check(release):
    (release / CARRIED / "checks" / "test_more.py").touch()
    return plant(release, f"{CARRIED}/checks/test_more.py")


def new_driver(release):
    (release / CARRIED / "drivers").mkdir()
    (release / CARRIED / "drivers" / "driver.py").touch()
    return plant(release, f"{CARRIED}/drivers/driver.py")


def linked_checks(release):
    checks = release / CARRIED / "checks"
    shutil.copytree(checks, release / "elsewhere")
    shutil.rmtree(checks)
    checks.symlink_to(release / "elsewhere")
    return plant(release)


@pytest.mark.parametrize("change", [later_check, new_check, new_driver, linked_checks])
def test_checks_that_changed_since_they_were_named_are_not_run(release, change):
    assert run_grade("--course", CARRIED, cwd=release).returncode == 0
    mark = change(release)

    done = run_grade(cwd=release)

    assert done.returncode == 2
    assert not mark.exists()


def compiled(source):
    """Have pytest compile a check, and return where it keeps that, and what it is."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-m", "pytest", "--collect-only", "--import-mode=importlib", "-c", os.devnull, source]
    subprocess.run(command, env=environment, cwd=source.parent, capture_output=True, check=False)
    [made] = source.parent.glob("__pycache__/*-pytest-*.pyc")
    return made, made.read_bytes()


def test_what_python_compiled_beside_the_checks_is_not_run(release):
    assert run_grade("--course", CARRIED, cwd=release).returncode == 0
    source = release / CARRIED / "checks" / "test_arithmetic.py"
    text, times = source.read_bytes(), (source.stat().st_atime_ns, source.stat().st_mtime_ns)
    made, honest = compiled(source)
    mark = plant(release)
    made, hostile = compiled(source)
    made.write_bytes(honest[:16] + hostile[16:])  # 16: magic number, and what tells whether it is up to date
    source.write_bytes(text)
    os.utime(source, ns=times)
    mark.unlink()

    done = run_grade(cwd=release)

    assert (done.returncode, "3 / 3 points" in done.stdout) == (0, True)
    assert not mark.exists()
    run_grade("--course", CARRIED, cwd=release)
    assert mark.exists(), "this is what pytest takes for the check where the folder itself is used"


def test_solutions_beside_a_carried_course_are_not_looked_for(release):
    toml = release / CARRIED / "course.toml"
    toml.write_text(toml.read_text().replace("title =", 'solutions = "../solutions"\ntitle =', 1))
    assert run_grade("--course", CARRIED, cwd=release).returncode == 0
    (release / "solutions" / "checks").mkdir(parents=True)
    (release / "solutions" / "checks" / "test_mine.py").touch()
    mark = plant(release, "solutions/checks/test_mine.py")

    done = run_grade(cwd=release)

    assert done.returncode == 0
    assert not mark.exists()


def test_a_copy_that_was_changed_is_not_taken(release):
    remember(release / CARRIED)
    copy = known_copy(release / CARRIED)
    (copy / "checks" / "test_arithmetic.py").write_text("")

    assert known_copy(release / CARRIED) is None


def test_where_no_copy_can_be_kept_the_course_has_to_be_named_again(release, monkeypatch):
    (release.parent / "file").touch()
    monkeypatch.setenv("XDG_DATA_HOME", str(release.parent / "file"))

    assert run_grade("--course", CARRIED, cwd=release).returncode == 0
    assert run_grade(cwd=release).returncode == 2


def test_a_course_of_too_many_files_is_none(tmp_path):
    folder = shutil.copytree(TINY, tmp_path / "course")
    assert texts_of(folder).keys() == {"course.toml", "given.json", "checks/test_arithmetic.py"}

    for number in range(MAX_ENTRIES):
        (folder / "checks" / f"{number}.py").touch()

    assert texts_of(folder) is None


def test_a_check_that_the_course_has_no_more_leaves_the_release_with_the_next_one(home):
    course = shutil.copytree(TINY, home / "course")
    (course / "checks" / "test_old.py").touch()
    assert run_grade("release", "out", "--course", course, cwd=home).returncode == 0
    (course / "checks" / "test_old.py").unlink()

    assert run_grade("release", "out", "--course", course, cwd=home).returncode == 0

    assert os.listdir(home / "out" / CARRIED / "checks") == ["test_arithmetic.py"]


def test_a_release_is_written_by_the_course_that_was_named_wherever_one_stands(release):
    done = run_grade("release", "../out", cwd=release)

    assert done.returncode == 0, done.stderr
    assert "softmax" in (release.parent / "out" / "README.md").read_text()


@pytest.mark.parametrize("line", ['solutions = "../solutions" # here', 'solutions="x"', ""])
def test_the_line_that_names_the_solutions_is_left_out(tmp_path, line):
    text = f'version = 1\n{line}\ntitle = "x"\n'

    assert tomllib.loads(without_solutions(text, tmp_path)) == {"version": 1, "title": "x"}


def test_solutions_that_are_named_in_another_way_are_refused(tmp_path):
    with pytest.raises(CourseError, match="give 'solutions = ...' a line of its own"):
        without_solutions('title = "x"\n"solutions" = """\n../x"""\n', tmp_path)


def test_a_course_whose_check_is_no_text_is_refused(tmp_path):
    folder = shutil.copytree(TINY, tmp_path / "course")
    (folder / "checks" / "data.bin").write_bytes(b"\xff")

    with pytest.raises(CourseError, match="no UTF-8 text"):
        carried_files(load_course(folder), "{}")
