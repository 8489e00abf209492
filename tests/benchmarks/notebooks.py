"""What grading a notebook costs: beside modules, beside nbgrader and otter-grader, and with 50 MB of outputs.

    python -m venv a && a/bin/pip install nbgrader -e .
    python -m venv b && b/bin/pip install otter-grader ipykernel -e .
    python tests/benchmarks/notebooks.py --nbgrader a/bin/python --otter b/bin/python [--rounds N]

Every grader runs as a command of its own, in turns and with warm caches, on the reference answers of the whole course;
what prepares a course is not timed. Each has to give all points. Each of the others has an environment of its own, as
pip installs it: in one environment they would pay for each other's dependencies.

What is the same: the answers; the 600 steps of training, on batches of MNIST that become floats one by one, and what
is asked of them; all other public checks. ``peers/`` has these as plain asserts: a test cell for each exercise in
nbgrader, a test file for each in otter-grader. Ours draw what they ask where those have fixed inputs, and ask a little
more: two gradients of a network with 80,000 weights, and what a record holds. The
script at the end of a module, which would train once more, is run by none.

What is not the same: ``grade`` runs its checks in a sandbox, with a fresh process for each. The others run all checks
in the notebook's own process; ``np.allclose`` there does not look at shapes and types, and MNIST is copied to memory
where we map the file. "public" is without the hidden checks, which the others do not have either.

nbgrader is timed by ``nbgrader autograde --force`` on a released assignment with one submission, otter-grader by
``otter run`` with a generated autograder and one submission, without a container. We found no option of theirs that
makes one submission faster. With many submissions nbgrader starts once, and a kernel for each; ``grade`` starts for
each.
"""

from __future__ import annotations

import argparse
import ast
import base64
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from grade_one import ROOT, SOLUTIONS, graded, peak_mb

from grader.authoring.chapters import Chapter
from grader.authoring.course import load_course
from grader.authoring.notebooks import to_notebook

PEER_TESTS = Path(__file__).parent / "peers"
PUBLIC_CHECKS = ROOT / "grader" / "course" / "checks"
TRAINING = "mnist_accuracy"
TOOLS = ["dlfs-grader", "numpy", "pytest", "nbgrader", "otter-grader", "nbconvert", "nbclient", "ipykernel", "ipython"]
VERSIONS = """
import sys
from importlib.metadata import distributions
print(", ".join(f"{tool} {d.version}" for tool in sys.argv[1:] for d in list(distributions(name=tool))[:1]))
"""
NBGRADER_SCORE = """
import sys
from nbgrader.api import Gradebook
with Gradebook(sys.argv[1], "course") as book:
    submission = book.find_submission("book", "learner")
    print(submission.score, submission.max_score)
"""
PUBLIC_ROW = (2, 0.25)  # our own row with the same checks as theirs
MEGABYTES = 50
READ = """
import sys
from pathlib import Path
from grader.submission.notebook import read_notebook
assert read_notebook(Path(sys.argv[1]).read_bytes(), sys.argv[1]).cells
"""

Json = Any


@dataclass(frozen=True)
class Grader:
    """A command that grades the reference answers.

    Attributes:
        name: what the table calls it.
        command: what is timed.
        score: returns the points earned and possible.
        environment: what its processes need besides.
        beside: the row whose time is compared with this one's, and the share of it that it may take.
    """

    name: str
    command: list[str]
    score: Callable[[], tuple[float, float]]
    environment: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[int, float] | None = None


def seconds(command: list[str], extra: Mapping[str, str]) -> float:
    """Run a command once; return how long it took."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)} | dict(extra)
    start = time.perf_counter()
    done = subprocess.run(command, env=environment, cwd=tempfile.gettempdir(), capture_output=True, check=False)
    took = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stderr.decode()}")
    return took


# -- the notebook, and what other graders ask of it -------------------------------------------------------


def reference_notebook(*, check: bool = True) -> Json:
    """Return the reference answers as one notebook."""
    names = load_course().given
    chapters = [Chapter(name, (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")) for name in names]
    return json.loads(to_notebook(chapters, check=check))


def notebook_for_peers() -> Json:
    """Return the notebook without our own commands, and without the scripts that ``grade`` does not run."""
    notebook = reference_notebook(check=False)
    notebook["cells"] = [cell for cell in notebook["cells"] if not source(cell).startswith("if __name__ ==")]
    return notebook


def source(cell: Json) -> str:
    """Return a cell's text."""
    return "".join(cell["source"])


def write_json(path: Path, content: Json) -> Path:
    """Write a notebook as Jupyter does, and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def read_json(path: Path) -> Json:
    """Read a notebook or a report."""
    return json.loads(path.read_text(encoding="utf-8"))


def peer_tests(training: bool) -> dict[str, str]:
    """Return the texts of ``peers/`` by name; they have to ask what the public checks ask."""
    found = {path.stem: path.read_text(encoding="utf-8") for path in sorted(PEER_TESTS.glob("*.py"))}
    asked = {path.stem.removeprefix("test_"): path.read_text(encoding="utf-8") for path in PUBLIC_CHECKS.glob("*.py")}
    for name in asked | found:
        ours, theirs = (set(test_calls(texts.get(name, ""))) for texts in (asked, found))
        if ours != theirs:
            raise SystemExit(f"peers/{name}.py and the public checks differ in {', '.join(sorted(ours ^ theirs))}")
    return {name: text for name, text in found.items() if training or name != TRAINING}


def test_calls(text: str) -> dict[str, str]:
    """Return the call of each test by its name: a test's arguments are names of the notebook."""
    tests = (node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef))
    return {t.name: f"{t.name}({', '.join(a.arg for a in t.args.args)})" for t in tests if t.name.startswith("test_")}


# -- the graders ------------------------------------------------------------------------------------------


def ours(name: str, path: Path, folder: Path, training: bool, course: Path | None = None) -> Grader:
    """Return our command, on modules or on a notebook; with another course, on that."""
    command = [str(path) if part == str(SOLUTIONS) else part for part in graded(training)]
    command += ["--course", str(course)] if course else []

    def score() -> tuple[float, float]:
        report = folder / "report.json"
        seconds([str(report) if part == os.devnull else part for part in command], {})
        found = read_json(report)
        return found["score"], found["possible"]

    return Grader(name, command, score)


def nbgrader(python: str, folder: Path, training: bool) -> Grader:
    """Return nbgrader's command, in a course with one assignment, released, and one submission of it."""
    environment = peer_environment(python, folder)
    notebook = notebook_for_peers()
    for cell in notebook["cells"]:
        if "BEGIN SOLUTION" in source(cell):
            cell["metadata"] = nbgrader_notes(cell["id"], solution=True)
    notebook["cells"] += [nbgrader_test(name, text) for name, text in peer_tests(training).items()]
    write_json(folder / "source" / "book" / "book.ipynb", notebook)
    where = ["book", "--course-dir", str(folder), "--course", "course", "--force"]
    generate, autograde = (
        [python, "-m", "nbgrader", action, *where] for action in ("generate_assignment", "autograde")
    )
    seconds(generate, environment)
    handed_in = read_json(folder / "release" / "book" / "book.ipynb")
    for empty, answer in zip(handed_in["cells"], notebook["cells"], strict=True):
        empty["source"] = answer["source"]
    write_json(folder / "submitted" / "learner" / "book" / "book.ipynb", handed_in)

    def score() -> tuple[float, float]:
        ask = [python, "-c", NBGRADER_SCORE, f"sqlite:///{folder / 'gradebook.db'}"]
        points, possible = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.split()
        return float(points), float(possible)

    return Grader("nbgrader autograde", autograde, score, environment, PUBLIC_ROW)


def nbgrader_test(name: str, text: str) -> Json:
    """Return an autograded test cell: a point for each test."""
    calls = test_calls(text).values()
    notes = nbgrader_notes(f"test-{name}", points=len(calls))
    cell = {"cell_type": "code", "id": f"test-{name}", "metadata": notes, "execution_count": None, "outputs": []}
    return cell | {"source": "\n".join([text, *calls])}


def nbgrader_notes(name: str, *, solution: bool = False, points: int = 0) -> Json:
    """Return what makes a cell nbgrader's: one for a solution, or one that gives points."""
    kind = {"solution": True} if solution else {"grade": True, "locked": True, "points": points}
    common = {"schema_version": 3, "grade_id": name, "grade": False, "locked": False, "solution": False, "task": False}
    return {"nbgrader": common | kind}


def otter(python: str, folder: Path, training: bool) -> Grader:
    """Return otter-grader's command, with a generated autograder and one submission."""
    environment = peer_environment(python, folder)
    submission = write_json(folder / "book.ipynb", notebook_for_peers())
    tests, archive = folder / "tests", folder / "autograder.zip"
    tests.mkdir()
    for name, text in peer_tests(training).items():
        (tests / f"{name}.py").write_text(otter_test(name, text), encoding="utf-8")
    command = [python, "-m", "otter"]
    nothing_else = ["--no-config", "--no-requirements", "--no-environment"]
    seconds([*command, "generate", "-t", str(tests), "-o", str(archive), *nothing_else], environment)

    def score() -> tuple[float, float]:
        scored = [test for test in read_json(folder / "results.json")["tests"] if "score" in test]
        return sum(test["score"] for test in scored), sum(test["max_score"] for test in scored)

    run = [*command, "run", "-a", str(archive), "-o", str(folder), "--no-logo", str(submission)]
    return Grader("otter run", run, score, environment, PUBLIC_ROW)


def otter_test(name: str, text: str) -> str:
    """Return a test file whose cases are functions: a point for each."""
    head = f"from otter.test_files import test_case\n\nOK_FORMAT = False\nname = {name!r}\n"
    cases = re.sub(r"^(?=def test_)", "@test_case()\n", text, flags=re.MULTILINE)
    return f"{head}points = {len(test_calls(text))}\n\n{cases}"


def peer_environment(python: str, folder: Path) -> dict[str, str]:
    """Return an environment that is activated, and keeps what is written in our folder."""
    jupyter = {f"JUPYTER_{name}_DIR": str(folder / "jupyter" / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    path = os.pathsep.join([str(Path(python).parent), os.environ["PATH"]])
    return jupyter | {"IPYTHONDIR": str(folder / "ipython"), "TMPDIR": str(folder), "PATH": path}


# -- a notebook full of outputs ---------------------------------------------------------------------------


def pictures() -> Iterator[Json]:
    """Yield outputs as plots leave them: 100 KB of base64 each."""
    rng = random.Random(0)
    while True:
        png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + rng.randbytes(75_000)).decode()
        data = {"image/png": png, "text/plain": ["<Figure size 640x480 with 1 Axes>"]}
        yield {"output_type": "display_data", "data": data, "metadata": {}}


def lines() -> Iterator[Json]:
    """Yield outputs as long trainings leave them: lines, each a string of its own, with as many brackets as JSON."""
    for start in range(0, sys.maxsize, 1000):
        text = [f"[{i:7d}/900000] [=====>....] loss {2.3 / (i + 1):.6f}\n" for i in range(start, start + 1000)]
        yield {"output_type": "stream", "name": "stdout", "text": text}


def write_large(path: Path, outputs: Iterator[Json]) -> Path:
    """Write the reference notebook with that many megabytes of outputs, dealt out to its code cells."""
    notebook = reference_notebook()
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    size = count = 0
    while size < MEGABYTES * 1_000_000:
        output = next(outputs)
        cells[count % len(cells)]["outputs"].append(output)
        size += len(json.dumps(output, indent=1))
        count += 1
    return write_json(path, notebook)


# -- the table --------------------------------------------------------------------------------------------


def medians(graders: list[Grader], rounds: int) -> list[float]:
    """Return the median time of each; a run before they are timed warms the caches."""
    for grader in graders:
        seconds(grader.command, grader.environment)
    turns = [[seconds(grader.command, grader.environment) for grader in graders] for _ in range(rounds)]
    return [statistics.median(times) for times in zip(*turns, strict=True)]


def compare_graders(folder: Path, options: argparse.Namespace, training: bool) -> None:
    """Print what grading the reference answers costs in each way."""
    ipynb = write_json(folder / "reference.ipynb", reference_notebook())
    public = shutil.copytree(ROOT / "grader" / "course", folder / "course")  # the solutions are not beside this one
    graders = [
        ours("grade, notebook", ipynb, folder, training),
        replace(ours("grade, modules", SOLUTIONS, folder, training), beside=(0, 1.2)),
        ours("grade, notebook, public", ipynb, folder, training, public),
    ]
    for python, make in ((options.nbgrader, nbgrader), (options.otter, otter)):
        if python:
            (folder / make.__name__).mkdir()
            graders.append(make(python, folder / make.__name__, training))
    times = medians(graders, options.rounds)
    print("with training" if training else "without training")
    for grader, took in zip(graders, times, strict=True):
        row, bound = grader.beside or (0, None)
        share = f"   {graders[row].name} / this {times[row] / took:.2f} (at most {bound})" if bound else ""
        print(f"  {grader.name:24} {took:7.3f} s   {full_score(grader):>7} points{share}")


def full_score(grader: Grader) -> str:
    """Return the points earned; all of them have to be."""
    points, possible = grader.score()
    if not points == possible > 0:
        raise SystemExit(f"{grader.name}: {points} of {possible} points for the reference answers")
    return f"{points:.0f}/{possible:.0f}"


def compare_reading(folder: Path, rounds: int) -> None:
    """Print what it costs to read, and to grade, a notebook with 50 MB of outputs."""
    for kind in (pictures, lines):
        path = write_large(folder / f"{kind.__name__}.ipynb", kind())
        grading = ours("grade", path, folder, training=True)
        reading = replace(grading, command=[sys.executable, "-c", READ, str(path)])
        read_s, grade_s = medians([reading, grading], rounds)
        size = f"{path.stat().st_size / 1e6:.0f} MB of {kind.__name__}"
        spent = f"{read_s:.3f} s (below 2), {peak_mb(reading.command):.0f} MiB (below 500)"
        print(f"{size:18} read in {spent}   graded in {grade_s:.3f} s, {full_score(grading)} points")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--nbgrader", metavar="PYTHON", help="a Python that has nbgrader, and this package")
    parser.add_argument("--otter", metavar="PYTHON", help="a Python that has otter-grader, and this package")
    options = parser.parse_args()
    print(f"medians of {options.rounds} runs in turns, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for python in filter(None, (sys.executable, options.nbgrader, options.otter)):
        done = subprocess.run([python, "-c", VERSIONS, *TOOLS], check=True, capture_output=True, text=True)
        print(f"  {done.stdout.strip()}")
    for training in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            compare_graders(Path(folder), options, training)
    with tempfile.TemporaryDirectory() as folder:
        compare_reading(Path(folder), options.rounds)


if __name__ == "__main__":
    main()
