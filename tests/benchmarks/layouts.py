"""How much of what learners hand in is judged at all: each folder in a folder is graded as one submission.

    python tests/benchmarks/layouts.py FOLDER [--json OUT] [--table FILE.tsv] [--limit SECONDS]

Each is graded by the command itself, as it is, in the default sandbox, two at a time. Printed are how many gave a
report, how many any points, how many of the course's functions they define, how many of those were judged, and why
the others were not.

What a folder defines is counted here, by regular expressions and without the grader: a ``def``, a ``class`` or a
lambda at the left margin of a .py file or of a notebook's code cell, under the course's name or another spelling of
it; once a folder, however often it is written. Nothing is imported. A function was judged when one of its checks
came to more than that it is not there, not loaded, still to do, or waiting for another.

``--table`` takes a table with the columns folder, owner/name and commit, and prints a list of the repositories that
were graded. Times are printed to find what hangs; they measure nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
NAMES = {  # exercise -> how the course, the book's printings and learners spell it
    "activations.softmax": "softmax|Softmax|soft_max",
    "losses.mean_squared_error": "mean_squared?_error|sum_(?:of_)?squares?_error|sum_squared_error|MSE|mse",
    "losses.cross_entropy_error": "cross_entrop?y(?:_err?or)?|CEE",
    "gradients.numerical_diff": "num[a-z]+_diff",
    "gradients.numerical_gradient": "num[a-z]+_gradi?ent",
    "gradients.gradient_descent": "gradient_des?cent",
    "simple_net.SimpleNet": "simpleNet|SimpleNet|simplenet|simple_net",
    "two_layer_net.TwoLayerNet": "TwoLayerNet|TwolayerNet|twoLayerNet|Two_Layer_Net",
    "training.train": "train",
}
DEFINES = {
    exercise: re.compile(
        rf"^(?:(?:def|class)[ \t]+(?:{names})[ \t]*[(:]|(?:{names})[ \t]*=[ \t]*lambda\b)", re.MULTILINE
    )
    for exercise, names in NAMES.items()
}
PASSED_OVER = {"__pycache__", "site-packages", "node_modules"}
NOT_JUDGED = {  # kinds of findings that say nothing of an answer -> the reason that is printed
    "no_module": "not found",
    "not_there": "not found",
    "missing": "not found",
    "no_method": "not found",
    "todo": "still to do",
    "waits_for": "waits for {exercise}",
    "syntax_error": "syntax error",
    "timeout_loading": "time limit while loading",
    "raised_loading": "{type} while loading",
    "died_loading": "Python ended while loading",
    "not_loaded": "file not read",
    "not_utf8": "file not UTF-8",
    "too_large": "file too large",
    "too_much": "more than is read",
    "unreadable": "file not readable",
    "no_box": "no sandbox",
    "broken": "fault of a check",
}
FILE_NAME = re.compile(r"(?:(?<=^no report: )|\b(?<=and )).+?\.(?:py|ipynb)(?::\d+)?")
OPEN = {"todo", "blocked", "broken"}  # verdicts that judge nothing

Json = Any


@dataclass(frozen=True)
class Graded:
    """What became of one folder.

    Attributes:
        name: of the folder.
        seconds: from the start of the command to its end.
        defined: exercises whose functions the folder defines.
        why_not: of those, the ones that were not judged, and why.
        problem: why there is no report; empty where there is one.
        score: points, and how many were possible.
    """

    name: str
    seconds: float
    defined: tuple[str, ...]
    why_not: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    score: int = 0
    possible: int = 0


# -- what a folder defines --------------------------------------------------------------------------------


def defined_in(folder: Path) -> tuple[str, ...]:
    """Return the exercises whose functions are defined somewhere in a folder, in course order."""
    found = set()
    for text in texts(folder):
        found |= {exercise for exercise, defines in DEFINES.items() if defines.search(text)}
    return tuple(exercise for exercise in NAMES if exercise in found)


def texts(folder: Path) -> Iterator[str]:
    """Yield what every module and every code cell of a folder says; what cannot be read says nothing."""
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in PASSED_OVER)
        for path in (Path(where, name) for name in sorted(files)):
            if path.suffix in (".py", ".ipynb") and path.is_file() and not path.is_symlink():
                text = path.read_text(encoding="utf-8", errors="replace")
                yield from cells(text) if path.suffix == ".ipynb" else [text]


def cells(text: str) -> Iterator[str]:
    """Yield the code cells of a notebook of version 3 or 4."""
    with contextlib.suppress(ValueError, AttributeError, TypeError, KeyError, RecursionError):
        notebook = json.loads(text)
        for sheet in notebook.get("worksheets") or [notebook]:
            for cell in sheet["cells"]:
                if cell["cell_type"] == "code":
                    yield "".join(cell.get("source") or cell.get("input") or "")


# -- what the command makes of it -------------------------------------------------------------------------


def graded(folder: Path, limit: float) -> Graded:
    """Grade a folder by the command, and read the report that it writes."""
    defined = defined_in(folder)
    with tempfile.TemporaryDirectory() as scratch:
        path, start = Path(scratch, "report.json"), time.perf_counter()
        said = run([sys.executable, "-m", "grader", str(folder), "--json", str(path)], scratch, limit)
        took = time.perf_counter() - start
        report = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    if report is None:
        problem = said.removeprefix("grade: ").removeprefix(f"{folder}: ").replace(str(folder), "the folder")
        return Graded(folder.name, took, defined, dict.fromkeys(defined, f"no report: {problem}"), problem)
    reasons = {exercise["id"]: why_not(exercise["checks"]) for exercise in report["exercises"]}
    left = {name: reasons.get(name, "not in the report") for name in defined}
    left = {name: reason for name, reason in left.items() if reason}
    return Graded(folder.name, took, defined, left, "", report["score"], report["possible"])


def run(command: list[str], scratch: str, limit: float) -> str:
    """Run a command to its end or to a limit; return the last line that it wrote to standard error."""
    process = subprocess.Popen(
        command,
        cwd=scratch,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "1000"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        said = process.communicate(timeout=limit)[1]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"no end within {limit:g} s"
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), f"exit {process.returncode}")


def why_not(checks: list[Json]) -> str:
    """Return why none of an exercise's checks judged the answer; nothing where one did."""
    reasons = [reason_of(check) for check in checks]
    return Counter(reasons).most_common(1)[0][0] if reasons and all(reasons) else ""


def reason_of(check: Json) -> str:
    """Return why a check did not judge the answer; nothing where it did."""
    finding = check["finding"] or {}
    if finding.get("kind") in NOT_JUDGED:
        return NOT_JUDGED[finding["kind"]].format_map(Said(finding["values"]))
    return (check["message"].splitlines() or [check["verdict"]])[0] if check["verdict"] in OPEN else ""


class Said(dict[str, str]):
    """Leaves a gap where a finding does not say what a reason names."""

    def __missing__(self, key: str) -> str:
        return "..."


# -- what is printed --------------------------------------------------------------------------------------


def summary(results: list[Graded]) -> str:
    """Return the totals, and why functions were not judged, most frequent first."""
    count, defined = len(results), sum(len(result.defined) for result in results)
    judged = defined - sum(len(result.why_not) for result in results)
    reports = sum(not result.problem for result in results)
    share = f"  ({judged / defined:.0%})" if defined else ""
    lines = [
        f"{count:5} folders",
        f"{reports:5} gave a report",
        f"{sum(result.score > 0 for result in results):5} got points",
        f"{defined:5} functions of the course are defined",
        f"{judged:5} of those were judged{share}",
    ]
    reasons: dict[str, Counter[str]] = {}
    for result in results:
        for exercise, reason in result.why_not.items():
            reasons.setdefault(in_general(reason), Counter())[exercise.partition(".")[2]] += 1
    lines += ["not judged:"] if reasons else []
    for reason, names in sorted(reasons.items(), key=lambda item: (-item[1].total(), item[0])):
        told = ", ".join(f"{name} {times}" for name, times in names.most_common())
        lines.append(f"{names.total():5} {reason}  ({told})")
    return "\n".join(lines)


def in_general(reason: str) -> str:
    """Return a reason without what makes it one folder's: names of files, and advice."""
    return FILE_NAME.sub("a file", reason.partition("; ")[0])


def line(result: Graded) -> str:
    """Return what is printed of one folder."""
    score = f"{result.score}/{result.possible}" if not result.problem else "-"
    judged = f"{len(result.defined) - len(result.why_not)}/{len(result.defined)}"
    return f"{result.name:50} {score:>8} {judged:>6} {result.seconds:7.1f} s"


def repositories(table: Path, results: list[Graded]) -> list[str]:
    """Return owner/name and commit of each folder that was graded, from a table with tabs."""
    graded_names = {result.name for result in results}
    rows = [row.split("\t") for row in table.read_text(encoding="utf-8").splitlines()]
    listed = {row[0]: f"{row[1]} {row[2]}" for row in rows if len(row) >= 3}
    missing = [f"{name} (not in {table.name})" for name in sorted(graded_names - set(listed))]
    return sorted((listed[name] for name in graded_names & set(listed)), key=str.lower) + missing


def main() -> None:
    """Grade each folder, and print what came of it."""
    parser = argparse.ArgumentParser(description="Grade each folder in FOLDER, and count what was judged.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write all of it as JSON")
    parser.add_argument("--table", type=Path, metavar="FILE.tsv", help="folder, owner/name, commit: list what is here")
    parser.add_argument("--limit", type=float, default=300, metavar="SECONDS", help="for each folder (default 300)")
    options = parser.parse_args()
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder; name one whose folders are submissions")
    folders = sorted(path for path in options.folder.resolve().iterdir() if path.is_dir() and path.name[0] != ".")
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda folder: graded(folder, options.limit), folders))
    print(summary(results))
    print(f"\n{'folder':50} {'score':>8} {'judged':>6} {'time':>9}")
    print("\n".join(line(result) for result in results))
    if options.table:
        print("\nrepositories:\n" + "\n".join(repositories(options.table, results)))
    if options.json:
        data = [asdict(result) for result in results]
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
