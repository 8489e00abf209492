"""Tell what a top-level statement does, and cut its text out of a cell: read, never run."""

from __future__ import annotations

import ast
import re
import symtable
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from grader.submission.definitions import DEFINITIONS, FUNCTIONS, dotted_name, executed
from grader.submission.imports import Imported, imports_in

CHANGING = frozenset(
    {"add", "append", "clear", "discard", "extend", "fill", "insert", "pop", "remove", "reverse", "setdefault", "sort"}
    | {"update"}
)
SHOWING = frozenset({"display", "help", "input", "print"})
SETTINGS = frozenset(
    {"np.seterr", "numpy.seterr", "np.random.seed", "numpy.random.seed", "random.seed", "sys.setrecursionlimit"}
    | {"warnings.filterwarnings", "warnings.simplefilter"}
)
SEPARATORS = re.compile(rb"(?:[^\S\n]|;)*+(?:#[^\n]*)?")  # behind a statement, and the comment there
WORD = re.compile(r"[^\W\d]\w*+")
INDENT = re.compile(rb"[^\S\n]*")


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement and the names it deals with."""

    node: ast.stmt
    text: str
    binds: frozenset[str]  # gives these a value
    defines: frozenset[str]  # of those: by def, class or import
    stores: frozenset[str]  # changes their objects: a.b = 1, a[0] = 1
    calls: frozenset[str]  # calls what may change their objects: a.append(1), fill(a)
    early: frozenset[str]  # reads these while it runs
    reads: frozenset[str]  # early, and what its functions read whenever they are called
    imports: tuple[Imported, ...]  # now, or when its functions are called

    @property
    def words(self) -> set[str]:
        """All names in its text, and more: what it may need of another file."""
        return set(WORD.findall(self.text))


def check_compiles(node: ast.stmt) -> None:
    """Raise what Python's compiler has against a statement that could be parsed."""
    with warnings.catch_warnings(action="ignore"):
        compile(ast.Module([node], []), "cell", "exec", dont_inherit=True)


def is_text(node: ast.stmt) -> bool:
    """Whether a statement is a mere constant, as a docstring is."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


# -- what a statement does --------------------------------------------------------------------------------


def read_statement(node: ast.stmt, text: str) -> Statement:
    """Find the names that a top-level statement deals with."""
    table = symtable.symtable(text, "cell", "exec")
    symbols = table.get_symbols()
    binds = frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())
    early = frozenset(s.get_name() for s in symbols if s.is_referenced()) | class_names(table)
    late = frozenset(globals_of(table))
    parts = list(executed(node))
    stores = names_of(place for part in parts for place in stores_into(part))
    stores |= {name for part in parts for name in globals_key(part)}
    calls = names_of(place for part in parts for place in calls_to_change(part))
    imports = tuple(imports_in([node])) if "import" in text else ()
    return Statement(node, text, binds, defined_names(parts), stores, calls, early, early | late, imports)


def class_names(table: symtable.SymbolTable) -> frozenset[str]:
    """Return the global names that class bodies read while the statement runs."""
    names: set[str] = set()
    waiting = [child for child in table.get_children() if child.get_type() == "class"]
    while waiting:
        inner = waiting.pop()
        names |= {s.get_name() for s in inner.get_symbols() if s.is_global()}
        waiting += [child for child in inner.get_children() if child.get_type() == "class"]
    return frozenset(names)


def globals_of(table: symtable.SymbolTable) -> Iterator[str]:
    """Yield the global names that functions and classes within a statement use, near or far."""
    waiting = list(table.get_children())
    while waiting:
        inner = waiting.pop()
        yield from (s.get_name() for s in inner.get_symbols() if s.is_global())
        waiting += inner.get_children()


def defined_names(parts: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names that the parts of a statement bind by def, class or import."""
    names: set[str] = set()
    for inner in parts:
        if isinstance(inner, DEFINITIONS):
            names.add(inner.name)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in inner.names}
    return frozenset(names)


def stores_into(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the ``a`` of ``a.b = 1`` and ``a[0] += 1``."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield node.value


def calls_to_change(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a call that stands alone may change: the ``a`` of ``a.append(1)``, ``fill(a)``, ``np.put(a, 0)``."""
    match node:
        case ast.Expr(ast.Call(function, arguments)) if dotted_name(function) not in SHOWING:
            yield from [function.value] if isinstance(function, ast.Attribute) else []
            yield from arguments


def is_setting(node: ast.stmt) -> bool:
    """Whether a statement sets how Python or NumPy works for all that follow."""
    match node:
        case ast.Expr(ast.Call(function)):
            return dotted_name(function) in SETTINGS
    return False


def globals_key(node: ast.AST) -> Iterator[str]:
    """Yield the ``a`` of ``globals()["a"] = 1``."""
    match node:
        case ast.Subscript(ast.Call(ast.Name("globals")), ast.Constant(str(name)), ast.Store()):
            yield name


def names_of(places: Iterable[ast.expr]) -> frozenset[str]:
    """Return the names that expressions begin with."""
    return frozenset(map(root_name, places)) - {""}


def root_name(expression: ast.expr) -> str:
    """Return the ``a`` of ``a.b[0].c``; nothing where it begins otherwise."""
    while isinstance(expression, ast.Attribute | ast.Subscript):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


def effects_of(statement: Statement) -> frozenset[str]:
    """Return the global names that calling a function changes: by ``global``, or by changing their objects."""
    if not isinstance(statement.node, FUNCTIONS):
        return frozenset()
    parts = list(ast.walk(statement.node))
    declared = {name for part in parts if isinstance(part, ast.Global) for name in part.names}
    changed = names_of(place for part in parts for place in (*stores_into(part), *calls_to_change(part)))
    return frozenset(declared | (changed & statement.reads) | {name for part in parts for name in globals_key(part)})


def called_names(node: ast.stmt) -> set[str]:
    """Return the names that are called, as ``init()`` is, while a statement runs."""
    calls = (part.func for part in executed(node) if isinstance(part, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)}


# -- the text of statements -------------------------------------------------------------------------------


def span(node: ast.stmt) -> tuple[int, int, int, int]:
    """Return first line, first byte, last line, end byte; lines from 0, decorators included."""
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
    column = node.col_offset if first == node.lineno else 0
    return first - 1, column, (node.end_lineno or first) - 1, node.end_col_offset or 0


def statement_text(lines: Sequence[bytes], node: ast.stmt) -> str:
    """Return a statement's own text."""
    first, start, last, end = span(node)
    if first == last:
        return lines[first][start:end].decode()
    return b"\n".join([lines[first][start:], *lines[first + 1 : last], lines[last][:end]]).decode()


def blank_out(source: str, left_out: Iterable[ast.stmt]) -> str:
    """Return a cell's source without some of its statements, given in order, with as many lines as before."""
    text = source.encode()
    starts = [0, *(found.end() for found in re.finditer(rb"\n", text))]
    pieces: list[bytes] = []
    position = 0
    for node in left_out:
        start, end, new = replacement(text, starts, node)
        pieces += [text[position:start], new]
        position = end
    return b"".join([*pieces, text[position:]]).decode()


def replacement(text: bytes, starts: Sequence[int], node: ast.stmt) -> tuple[int, int, bytes]:
    """Return from where to where a text changes when a statement is left out, and what stands there then.

    Args:
        text: a cell's.
        starts: where each of its lines begins.
        node: what is left out.
    """
    first, column, last, end_column = span(node)
    start, end = starts[first] + column, starts[last] + end_column
    line_ends = last - first
    behind = SEPARATORS.match(text, end)
    rest = behind.end() if behind else end
    if text[rest : rest + 1] not in (b"", b"\n"):  # another statement shares its last line
        return start, end, b"pass \\\n" + b"\\\n" * (line_ends - 1) if line_ends else b"pass"
    alone = INDENT.match(text, starts[first]).end() >= start  # type: ignore[union-attr]
    if alone and not text.endswith(b"\\\n", 0, starts[first]):  # a backslash would join it to the line before
        return starts[first], rest, b"\n" * line_ends
    return start, rest, b"pass" + b"\n" * line_ends
