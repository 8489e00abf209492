"""Imports run downwards only."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grader"
BOTTOM = {"grader.model", "grader.errors"}
ALLOWED = {  # module or package -> what of ours it may import besides itself
    "grader.model": set(),
    "grader.errors": set(),
    "grader.box": BOTTOM,
    "grader.export": {"grader.model"},
    "grader.compare": set(),
    "grader.checks": {"grader.box", "grader.compare"},
    "grader.course": BOTTOM,
    "grader.archive": {"grader.errors", "grader.files"},
    "grader.files": {"grader.errors"},
    "grader.answers": BOTTOM | {"grader.definitions", "grader.notebook"},
    "grader.submission": BOTTOM
    | {"grader.answers", "grader.archive", "grader.definitions", "grader.files", "grader.notebook"},
    "grader.datasets": {"grader.errors"},
    "grader.ipython": {"grader.definitions"},
    "grader.definitions": set(),
    "grader.notebook": {"grader.definitions", "grader.errors", "grader.ipython"},
    "grader.stubs": {"grader.course", "grader.errors", "grader.notebook"},
    "grader.plugin": BOTTOM
    | {"grader.box", "grader.compare", "grader.course", "grader.definitions", "grader.stubs", "grader.submission"},
    "grader.live": BOTTOM | {"grader.course", "grader.export", "grader.grading", "grader.submission"},
    "grader.grading": BOTTOM | {"grader.box", "grader.course", "grader.datasets", "grader.plugin"},
}
MODULES = [p for p in PACKAGE.rglob("*.py") if "checks" not in p.parent.name and "drivers" not in p.parts]


def room(module: str) -> str:
    """Return the module's first two parts: what the rules are about."""
    return ".".join(module.split(".")[:2])


def imports(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_run_downwards(path):
    module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    allowed = ALLOWED.get(room(module))
    if allowed is None:
        assert module in ("grader", "grader.__main__", "grader.cli")
        return
    ours = {room(name) for name in imports(path) if name.startswith("grader.")}

    assert ours - {room(module)} <= allowed


@pytest.mark.parametrize("name", ["model", "errors"])
def test_the_bottom_uses_the_standard_library_alone(name):
    tops = {found.partition(".")[0] for found in imports(PACKAGE / f"{name}.py")}

    assert tops - {"__future__"} <= sys.stdlib_module_names


def test_the_box_server_is_self_contained():
    tops = {name.partition(".")[0] for name in imports(PACKAGE / "box" / "server.py")}

    # "grader" stands there for the type checker alone: when the server runs, its neighbours are found by path.
    assert tops - {"__future__", "grader"} <= sys.stdlib_module_names | {"numpy", "wire", "confine", "inert"}
