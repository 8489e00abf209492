"""The house: its rooms from top to bottom, and what each may import. Imports run downwards only."""

import ast
import statistics
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grader"
ROOMS = {  # room: the rooms that it may import from, each further down
    "__main__": {"cli"},
    "cli": {"grading", "delivery", "submission", "authoring", "model", "errors", "signals"},
    "live": {"grading", "report", "submission", "authoring", "model", "errors"},
    "delivery": {"report", "model", "errors"},
    "grading": {"judging", "box", "authoring", "datasets", "model", "errors", "signals"},
    "checks": {"judging", "box"},  # what checks import
    "judging": {"submission", "box", "authoring", "model", "errors", "signals"},
    "authoring": {"submission", "model", "errors"},
    "submission": {"model", "errors"},
    "box": {"model", "errors"},
    "report": {"model", "errors"},
    "datasets": {"errors"},  # what learners import
    "model": set(),
    "errors": set(),
    "signals": set(),
}
MOST_FLOORS, MOST_LINES, MEDIAN_LINES = 7, 350, 180
MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if "course" not in p.relative_to(PACKAGE).parts]
# And confine/: what the box loads by itself.
FAR_END = ("server.py", "serving.py", "modules.py", "parts.py", "scratch.py", "wire.py", "inert.py")
CONFINE = PACKAGE / "box" / "confine"

each_module = pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    return (module.split(".") + [""])[1]


@cache
def imports(path: Path) -> frozenset[str]:
    """Return what a module imports, at its top or later; where a name may be a module, that one."""
    names = set()
    package = name_of(path) if path.name == "__init__.py" else name_of(path).rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            home = ".".join(filter(None, (package.rsplit(".", node.level - 1)[0] if node.level else "", node.module)))
            names |= {f"{home}.{a.name}" if f"{home}.{a.name}" in map(name_of, MODULES) else home for a in node.names}
    return frozenset(names)


@each_module
def test_imports_run_downwards(path):
    room = room_of(name_of(path))
    found = {room_of(name) for name in imports(path) if name.startswith("grader.")}

    if room:  # the package itself names what is public, and imports it late
        assert found - {room} <= ROOMS[room]


def test_the_table_reads_from_top_to_bottom():
    order = list(ROOMS)
    upwards = [(room, low) for room, below in ROOMS.items() for low in below if order.index(low) <= order.index(room)]

    assert upwards == []
    assert {room_of(name_of(path)) for path in MODULES} - {""} == ROOMS.keys()


def test_the_house_has_at_most_seven_floors():
    @cache
    def floors(room: str) -> int:
        return 1 + max(map(floors, ROOMS[room]), default=0)

    assert max(map(floors, ROOMS)) <= MOST_FLOORS


def test_no_two_modules_need_each_other():
    graph = {name_of(path): {n for n in imports(path) if n.startswith("grader.")} for path in MODULES}

    assert list(TopologicalSorter(graph).static_order())  # a circle is an error


@each_module
def test_a_long_module_says_why(path):
    text = path.read_text(encoding="utf-8")

    assert text.count("\n") <= MOST_LINES or "In one file" in ast.get_docstring(ast.parse(text))


def test_most_modules_are_short():
    assert statistics.median(path.read_text(encoding="utf-8").count("\n") for path in MODULES) <= MEDIAN_LINES


@pytest.mark.parametrize("name", ["model", "errors"])
def test_the_ground_uses_the_standard_library_alone(name):
    tops = {found.partition(".")[0] for found in imports(PACKAGE / f"{name}.py")}

    assert tops - {"__future__"} <= sys.stdlib_module_names


@pytest.mark.parametrize("name", FAR_END)
def test_the_far_end_of_the_wire_is_self_contained(name):
    tops = {found.partition(".")[0] for found in imports(PACKAGE / "box" / name)}

    # "grader" stands there for the type checker alone: when the server runs, its neighbours are found by path.
    assert tops - {"__future__", "grader"} <= sys.stdlib_module_names | {
        "numpy",
        "wire",
        "confine",
        "inert",
        "modules",
        "parts",
        "scratch",
        "serving",
    }


@pytest.mark.parametrize("path", sorted(CONFINE.glob("*.py")), ids=lambda path: path.name)
def test_a_layer_uses_the_standard_library_and_its_neighbours_alone(path):
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    from_where = [node for node in nodes if isinstance(node, ast.ImportFrom)]
    absolute = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    absolute |= {node.module for node in from_where if not node.level}
    by_path = {"confine", "grader"} if path.name == "__main__.py" else set()  # as the server finds its neighbours

    # The box knows the package as "confine", the grader as "grader.box.confine": only relative names serve both.
    assert {name.partition(".")[0] for name in absolute} <= sys.stdlib_module_names | by_path
    assert {node.level for node in from_where} <= {0, 1}


def test_the_course_is_data():
    assert not list((PACKAGE / "course").glob("*.py"))
