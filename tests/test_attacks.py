"""Hostile answers gain nothing and break nothing: every folder of tests/attacks, at every level this machine has.

The last line of a module's docstring says what must hold:

    wall          no point for ``double`` at kernel and bwrap; at limits, a guard rail, the attack works for root
    always        no point for ``double`` at any level
    everything    ... and none for ``quadruple`` either: the attack is on everything that is loaded
    earned        the answers are right: only what is left behind is looked at
    detects       the one point of the input it knows
    display       nothing that it says reaches the screen as anything but plain characters
"""

import ast
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, TINY, result_of, settle

from grader.authoring.course import Course, load_course
from grader.box import confine
from grader.datasets import PACKED
from grader.grading import grade
from grader.model import Limits, Settings
from grader.report.html import to_html
from grader.report.json import to_json
from grader.report.markdown import to_markdown
from grader.report.terminal import make_console, show
from grader.submission import read_submission

ATTACKS = ROOT / "tests" / "attacks"
PLACE = Path(f"/tmp/grade-attacks-{os.getpid()}")  # the attacks say /tmp/grade-attacks
ABSTRACT = f"\0grade-attacks-{os.getpid()}"  # they say \\0grade-attacks
LEVELS = [level for level in confine.Level if confine.available(level) is None]
FOLDERS = sorted(folder.name for folder in ATTACKS.iterdir() if folder.is_dir())
WALLS = (confine.Level.KERNEL, confine.Level.BWRAP)
PORT = "39917"  # they say; a free one stands in for it

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the attacks are written for Unix")


def promises(name: str) -> set[str]:
    doc = ast.get_docstring(ast.parse((ATTACKS / name / "arithmetic.py").read_text(encoding="utf-8")))
    return set(doc.splitlines()[-1].split())


@pytest.fixture(scope="module")
def secrets():
    """What attacks are after: files, servers, a secret in the environment, and a process to kill."""
    shutil.rmtree(PLACE, ignore_errors=True)
    shutil.copytree(TINY, PLACE / "course")
    for name, text in {"secret": "x", "gradebook.db": "x", "other/arithmetic.py": "x", "public/removable": "x"}.items():
        (PLACE / name).parent.mkdir(parents=True, exist_ok=True)
        (PLACE / name).write_text(text)
    (PLACE / "public").chmod(0o777)
    (PLACE / "mnist.npz").symlink_to(PACKED)
    (PLACE / "cache").mkdir()
    (PLACE / "cache" / "x_train.npy").write_text("x")
    secret = {**os.environ, "GRADE_ATTACK_SECRET": "x"}
    waiting = [sys.executable, "-c", "import signal; signal.pause()  # pytest"]
    victim, keeper = subprocess.Popen(waiting), subprocess.Popen(waiting, env=secret)
    (PLACE / "public" / "pid").write_text(str(victim.pid))
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as file_server:
        (PLACE / "port").write_text(str(server.getsockname()[1]))
        file_server.bind(str(PLACE / "public" / "socket"))
        file_server.listen()
        with socket.socket(socket.AF_UNIX) as abstract_server:
            abstract_server.bind(ABSTRACT)
            abstract_server.listen()
            os.environ["GRADE_ATTACK_SECRET"] = "x"
            yield victim.pid
            del os.environ["GRADE_ATTACK_SECRET"]
    for process in (victim, keeper):
        process.kill()
        process.wait()
    shutil.rmtree(PLACE)


@pytest.fixture(scope="module")
def course(secrets) -> Course:
    return load_course(PLACE / "course")


def hand_in(name: str, folder: Path) -> Path:
    """Copy an attack, and add the files that are better made than kept."""
    target = folder / "answers"
    shutil.copytree(ATTACKS / name, target)
    text = (target / "arithmetic.py").read_text(encoding="utf-8").replace("/tmp/grade-attacks", str(PLACE))
    text = text.replace("\\0grade-attacks", ABSTRACT.replace("\0", "\\0"))
    (target / "arithmetic.py").write_text(text.replace(PORT, (PLACE / "port").read_text()), encoding="utf-8")
    match name:
        case "links-in-the-submission":
            (PLACE / "secret.py").write_text("SECRET = 1\n")
            (target / "stolen.py").symlink_to(PLACE / "secret.py")
        case "a-huge-module":
            (target / "tools.py").write_text("def twice(x):\n    return 2 * x\n" + "# filler\n" * 350_000)
        case "many-helpers":
            (target / "helpers").mkdir()
            for number in range(200):
                (target / "helpers" / f"a{number}.py").write_text("x = 1\n")
            every = "".join(f"from helpers import a{number}\n" for number in range(200))
            (target / "helpers" / "every.py").write_text(every)
        case "names-with-control-characters":
            for file in ("\x1b[2J\r\n.py", "\u202e.py", "a\x07b.py"):
                (target / file).write_text("x = 1\n")
    return target


def kept() -> list[Path]:
    """Return the files that no answer may touch; Python keeps compiled checks beside them."""
    return [path for path in PLACE.rglob("*") if path.is_file() and path.parent.name != "__pycache__"]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("name", FOLDERS)
def test_attack(name, level, secrets, course, tmp_path, capsys, monkeypatch):
    promised = promises(name)
    folder = hand_in(name, tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    shutil.copy(folder / "arithmetic.py", PLACE / "public" / "arithmetic.py")
    before = {path: path.read_bytes() for path in kept()}
    settings = Settings(
        limits=Limits(timeout_s=20 if "earned" in promised else 1, memory_mb=256, file_mb=4, processes=32)
    )

    report = grade(read_submission(folder, course.sought), course, settings, sandbox=str(level))

    double, quadruple = result_of(report, "double"), result_of(report, "quadruple")
    assert report.final, [outcome.finding for outcome in report.outcomes]
    if "everything" not in promised:
        assert quadruple.score.points == 2
    if "earned" in promised:
        assert double.complete, double.first_open
    elif "detects" in promised:
        assert double.score.points == 1
    elif "always" in promised or level in WALLS:
        assert double.score.points == 0, double.outcomes
        assert double.first_open.finding.kind != "broken"
    elif os.geteuid() == 0:
        assert double.score.points > 0, "where there is no wall, the attack works: else it proves nothing"
    assert settle(scratch) == []
    assert list(scratch.iterdir()) == []
    if level in WALLS:
        assert {path: path.read_bytes() for path in kept()} == before
        os.kill(secrets, 0)  # nobody ended it
    assert_harmless_to_show(report, capsys)


def assert_harmless_to_show(report, capsys):
    show(report, make_console(sys.stdout), verbose=True)
    html = to_html(report)
    shown = capsys.readouterr().out + to_json(report) + html + to_markdown(report)

    assert not [c for c in shown if (ord(c) < 32 and c not in "\n\t") or c in "\u202a\u202e\u2066\u2069\x7f\x9b"]
    shown.encode("utf-8")
    assert len(shown) < 120_000
    assert set(re.findall(r"<([a-z]+)", html)) <= {"b", "br", "div", "p", "pre", "span", "table", "tbody", "td", "tr"}


def test_there_are_over_a_hundred_behaviours():
    assert len(FOLDERS) > 100


def test_a_machine_with_linux_has_the_wall():
    """Elsewhere, and on kernels before 5.13, the guard rail is all there is, and the report says so."""
    if confine.available(confine.Level.KERNEL) is not None:
        pytest.skip(str(confine.available(confine.Level.KERNEL)))
    assert confine.Level.KERNEL in LEVELS
