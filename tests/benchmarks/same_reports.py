"""Show that a change of the grader changes no report: grade everything here with two checkouts, and compare.

    python tests/benchmarks/same_reports.py OTHER_CHECKOUT [PART_OF_A_NAME]

Graded are the reference answers, the stubs, every mistake, cheat and variant of the course, the learners'
notebooks, and the attacks; with and without the hidden checks where that makes a difference. Every byte of ``--json``
is compared, less the seconds. Inputs are this checkout's; only the grader differs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
TESTS, SOLUTIONS = ROOT / "tests", ROOT / "solutions"
Case = tuple[str, list[str]]


def cases(folder: Path) -> Iterator[Case]:
    """Yield a name and the arguments of ``grade`` for everything there is; put-together answers go into a folder."""
    for path in (SOLUTIONS, ROOT / "assignments", ROOT / "assignments" / "notebooks"):
        yield path.name, [str(path)]
    appended = [
        *SOLUTIONS.glob("mistakes/*/*.py"),
        *SOLUTIONS.glob("cheats/*/*.py"),
        *TESTS.glob("course/variants/*/*.py"),
    ]
    for addition in sorted(appended):
        name = f"{addition.parent.parent.name}/{addition.parent.name}/{addition.stem}"
        yield name, [str(with_text(folder / name, addition.parent.name, addition))]
    for notebook in sorted(TESTS.glob("learners/*.ipynb")):
        yield f"learners/{notebook.stem}", [str(notebook)]
    tiny = ["--course", str(TESTS / "tiny_course"), "--timeout", "0.5", "--memory", "256"]
    for attack in sorted(path for path in TESTS.glob("attacks/*") if path.is_dir()):
        yield f"attacks/{attack.name}", [str(attack), *tiny]


def with_text(folder: Path, module: str, addition: Path) -> Path:
    """Return a folder with the reference answers and a text appended to one of them."""
    folder.mkdir(parents=True)
    for path in SOLUTIONS.glob("*.py"):
        shutil.copy(path, folder)
    with (folder / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write("\n\n" + addition.read_text(encoding="utf-8"))
    return folder


def report(checkout: Path, arguments: list[str]) -> str:
    """Return the JSON report that a checkout's grader writes, less the seconds; else what it said."""
    empty = tempfile.gettempdir()
    done = subprocess.run(
        [sys.executable, "-m", "grader", *arguments, "--json", "-"],
        env={**os.environ, "PYTHONPATH": str(checkout)}, cwd=empty, capture_output=True, text=True, check=False,
    )  # fmt: skip
    try:
        return json.dumps(without_seconds(json.loads(done.stdout)), indent=1) + f"\nexit code {done.returncode}"
    except ValueError:
        return f"exit code {done.returncode}: {done.stderr}"


def without_seconds(data: dict) -> dict:
    """Leave out what a clock says."""
    for exercise in data["exercises"]:
        for check in exercise["checks"]:
            del check["seconds"]
    return data


def main() -> None:
    """Print the names of the cases that differ, and how many were compared."""
    other, part = Path(sys.argv[1]).resolve(), "".join(sys.argv[2:3])
    with tempfile.TemporaryDirectory() as folder:
        found = [case for case in cases(Path(folder)) if part in case[0]]
        different = 0
        for name, arguments in found:
            before, after = report(other, arguments), report(ROOT, arguments)
            if before != after:
                different += 1
                print(f"differs: {name}")
                lines = zip(before.splitlines(), after.splitlines(), strict=False)
                print("".join(f"  - {one.strip()}\n  + {two.strip()}\n" for one, two in lines if one != two)[:600])
    print(f"{len(found)} reports, {different} of them not the same")


if __name__ == "__main__":
    main()
