"""What a box can open, listed from inside: however Python, numpy and the grader are installed, nothing besides."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from confined import DENIED, why_not
from conftest import ROOT

from grader.authoring.course import load_course
from grader.box.confine import Level
from grader.grading import data_files

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="these layers are Linux's")

LIBRARY = Path(sysconfig.get_path("stdlib"))
VERSION = LIBRARY.name
LANDLOCK = "444"  # the first of its system calls
SITES = ("site-packages", "dist-packages")
NUMPY = Path(np.__file__).parent.parent
MODULES = ("bz2", "ctypes", "curses", "decimal", "lzma", "readline", "sqlite3", "ssl", "tkinter", "unittest.mock")

ANSWER = '''
def look(names):
    """Return what can be opened, of the files that are named and of what is found from the root on."""
    import os

    found = [os.path.join(folder, file) for folder, _, files in os.walk("/") for file in files]
    found += [name for name in open(names).read().split("\\n") if name]
    opened = []
    for path in dict.fromkeys(path for path in found if not path.startswith("/proc/")):
        try:
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            continue
        opened.append(path)
    return "\\n".join(opened)


def make(names):
    """Return the folders in which a file can be made: of those of the files named, and from the root on."""
    import os

    folders = [os.path.dirname(name) for name in open(names).read().split("\\n") if name]
    folders += [os.getcwd(), *(folder for folder, _, _ in os.walk("/"))]
    made = []
    for folder in dict.fromkeys(folder for folder in folders if not folder.startswith("/proc")):
        try:
            os.close(os.open(folder + "/made", os.O_WRONLY | os.O_CREAT))
        except OSError:
            continue
        made.append(os.path.realpath(folder))
    return [os.getcwd(), made]


def bring(names):
    """Return which modules cannot be imported, and why."""
    import importlib

    lost = []
    for name in names:
        try:
            importlib.import_module(name)
        except BaseException as error:
            lost.append(name + ": " + repr(error))
    import numpy as np

    a = np.random.default_rng(0).normal(size=(50, 50))
    assert np.allclose(np.linalg.inv(a) @ a, np.eye(50)) and np.fft.fft(a).shape == (50, 50)
    return lost
'''

SCRIPT = f"""
import ctypes, json, struct, sys
from importlib import import_module
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
{DENIED}
from grader.box.client import Box
from grader.box.confine import Level
from grader.box.process import Process
from grader.model import Answer, Limits, Module, Submission, Unit

level, names, folder = Level(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])
wanted = []
for name in {MODULES!r}:
    try:
        import_module(name)
    except ImportError:
        continue
    wanted.append(name)
if sys.argv[4]:
    denied_before(int(sys.argv[4]))
module = Module("m.py", (Unit("<submission>/m.py", {ANSWER!r}),))
names_of = ["look", "make", "bring"]
answers = {{f"m.{{name}}": Answer("m.py", name) for name in names_of}}
submission = Submission("m", folder, {{"m.py": module}}, answers, "")
process = Process(level, Limits(timeout_s=60), [names], folder)
with Box(process, [level], submission, {{"m": names_of}}, readable=[names], folder=folder) as box:
    with box.conversation() as talk:
        lost = talk.call("m.bring", (wanted,), {{}})
        opened = talk.call("m.look", (str(names),), {{}}).split("\\n")
        print(json.dumps([box.layers, lost, opened, talk.call("m.make", (str(names),), {{}})]))
"""


@dataclass(frozen=True)
class Layout:
    """A Python that has numpy and the grader, and where those lie."""

    python: Path
    top: Path
    library: Path
    site: Path
    grader: Path
    user_base: str = ""


def copy_library(target: Path) -> None:
    """Copy the standard library, less what is installed in it and what is large."""
    large = ("test", "tests", "idlelib", "ensurepip", "config-*", "lib2to3", "*.opt-*.pyc")
    shutil.copytree(LIBRARY, target, ignore=shutil.ignore_patterns(*SITES, *large))


def install(site: Path, grader: bool = True) -> Path:
    """Put numpy and the grader side by side, as from wheels, with something that is nobody's business."""
    site.mkdir(parents=True, exist_ok=True)
    for name in ("numpy", "numpy.libs"):
        if (NUMPY / name).exists():
            shutil.copytree(NUMPY / name, site / name, copy_function=os.link if same_device(site) else shutil.copy)
    if grader:
        shutil.copytree(ROOT / "grader", site / "grader")
    (site / "secret.py").write_text("x")
    return site


def same_device(site: Path) -> bool:
    return site.stat().st_dev == NUMPY.stat().st_dev


def own_prefix(top: Path) -> Path:
    """Make a prefix that holds Python itself, in one folder with all that is installed."""
    library = top / "lib" / VERSION
    copy_library(library)
    (top / "bin").mkdir()
    python = top / "bin" / VERSION
    shutil.copy(os.path.realpath(sys.executable), python)
    (top / "lib" / "secret.txt").write_text("x")
    (top / "secret.txt").write_text("x")
    return python


def as_it_is(top: Path) -> Layout:
    return Layout(Path(sys.executable), Path(sys.prefix), LIBRARY, NUMPY, ROOT / "grader")


def one_prefix(top: Path) -> Layout:
    python, site = own_prefix(top), install(top / "lib" / VERSION / "site-packages")
    return Layout(python, top, top / "lib" / VERSION, site, site / "grader")


def linked_prefix(top: Path) -> Layout:
    made = one_prefix(top / "real")
    (top / "link").symlink_to("real")
    (top / "python").symlink_to(top / "link" / "bin" / VERSION)
    return Layout(top / "python", top, made.library, made.site, made.grader)


def in_a_venv(top: Path) -> Layout:
    venv.create(top / "real", symlinks=True)
    (top / "link").symlink_to("real")
    site = install(top / "real" / "lib" / VERSION / "site-packages")
    return Layout(top / "link" / "bin" / "python", top, LIBRARY, site, site / "grader")


def copied_venv(top: Path) -> Layout:
    own_prefix(top / "base")
    subprocess.run([top / "base" / "bin" / VERSION, "-m", "venv", "--without-pip", "--copies", top / "own"], check=True)
    site = install(top / "own" / "lib" / VERSION / "site-packages")
    library = top / "base" / "lib" / VERSION
    return Layout(top / "own" / "bin" / "python", top, library, site, site / "grader")


def for_a_user(top: Path) -> Layout:
    python = own_prefix(top / "system")
    (top / "system" / "lib" / VERSION / "site-packages").mkdir()
    (top / "system" / "lib" / VERSION / "site-packages" / "secret.py").write_text("x")
    site = install(top / "home" / "lib" / VERSION / "site-packages")
    return Layout(python, top, top / "system" / "lib" / VERSION, site, site / "grader", str(top / "home"))


def zipped(top: Path) -> Layout:
    made = one_prefix(top)
    pure = [path for path in made.library.iterdir() if path.name not in (*SITES, "lib-dynload", "os.py", "__pycache__")]
    for path in pure:
        target = top / "zip" / path.name
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    shutil.copy(made.library / "os.py", top / "zip")
    number = VERSION.removeprefix("python").replace(".", "")
    shutil.make_archive(str(top / "lib" / f"python{number}"), "zip", top / "zip")
    return made


LAYOUTS: dict[str, Callable[[Path], Layout]] = {
    made.__name__.replace("_", "-"): made
    for made in (as_it_is, one_prefix, linked_prefix, in_a_venv, copied_venv, for_a_user, zipped)
}


@pytest.fixture(scope="module", params=LAYOUTS)
def layout(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    top = tmp_path_factory.mktemp(request.param)
    made = LAYOUTS[request.param](top)
    yield made
    shutil.rmtree(top)


def outside(layout: Layout) -> Iterator[Path]:
    """Yield files that lie about: those of the layout, of this repository, of the machine."""
    for top in {layout.top, layout.site, layout.grader.parent, ROOT / "solutions", ROOT / "grader", Path("/etc")}:
        if top != NUMPY:
            yield from (Path(folder, file) for folder, _, files in os.walk(top) for file in files)
    for folder in (NUMPY, LIBRARY, *(LIBRARY / site for site in SITES)):
        yield from [*folder.glob("*"), *folder.glob("*/__init__.py")]
    for folder in ("/usr/lib", "/usr/share", "/usr/local", "/opt", "/root", "/home", "/var/lib", str(Path.home())):
        yield from [*Path(folder).glob("*"), *Path(folder).glob("*/*")]
    yield from Path("/usr/lib").glob("python3*/*/*.py")


def may_be_read(path: Path, layout: Layout, level: Level) -> bool:
    """What SECURITY.md says: Python, numpy, the course's data, and nothing else."""
    real, library = path.resolve(), layout.library.resolve()
    within = real.is_relative_to
    if within(library) and not any(within(library / site) for site in SITES):
        return True
    if any(within((layout.site / name).resolve()) for name in ("numpy", "numpy.libs")):
        return True
    if within((layout.grader / "box").resolve()):
        return level is Level.BWRAP  # which shows it to the box, and Landlock then closes it
    python = (layout.python.resolve(), layout.python.parent.parent.resolve() / "pyvenv.cfg")
    if real in (*python, *map(Path, ("/etc/ld.so.cache", "/dev/null", "/dev/urandom"))):
        return True
    if real.parent == library.parent and real.name.startswith("python") and real.suffix == ".zip":
        return True
    if within("/usr/lib/locale"):
        return "C.utf8" in real.parts or "C.UTF-8" in real.parts
    is_library = ".so" in real.name and not any(site in real.parts for site in SITES)
    return is_library and real.read_bytes()[:4] == b"\x7fELF"


@pytest.mark.parametrize(
    ("level", "denied"),
    [(Level.KERNEL, ""), (Level.BWRAP, LANDLOCK)],  # bwrap with Landlock can open what both can
    ids=["kernel", "bwrap-without-landlock"],
)
def test_nothing_can_be_opened_but_what_python_and_numpy_need_nor_written_but_scratch(
    layout: Layout, level: Level, denied: str, tmp_path: Path
):
    if reason := why_not(level):
        pytest.skip(reason)
    names = tmp_path / "names.txt"
    names.write_text("\n".join(map(str, [names, *filter(Path.is_file, outside(layout))])))
    tmp_path.chmod(0o755)
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    env |= {"PYTHONUSERBASE": layout.user_base} if layout.user_base else {"PYTHONPATH": str(layout.grader.parent)}

    done = subprocess.run(
        [layout.python, "-c", SCRIPT, level, names, tmp_path, denied],
        capture_output=True, text=True, env=env, cwd="/", check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    layers, lost, opened, (scratch, written) = json.loads(done.stdout)
    assert any(name.startswith("landlock") for name in layers) == (not denied)
    assert lost == []
    assert {str(names), str(layout.site.resolve() / "numpy" / "__init__.py")} <= {os.path.realpath(p) for p in opened}
    wrong = [path for path in opened if path != str(names) and not may_be_read(Path(path), layout, level)]
    assert (wrong, written) == ([], [scratch])


def test_the_data_that_a_box_may_read_has_no_test_labels():
    assert {path.name for path in data_files(load_course())} == {"x_train.npy", "t_train.npy"}
