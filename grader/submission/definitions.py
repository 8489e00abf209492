"""Choose which statements of a notebook run.

What defines is run: imports, functions, classes, and whatever the asked-for ones need, near or far. What only
shows or trains is left out: nobody grades a plot, and a training run of ten minutes would cost every answer
beside it. Statements are read here, never run.
"""

from __future__ import annotations

import ast
import builtins
import re
import symtable
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python's parser says of a text
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

CALM_MODULES = frozenset({"collections", "copy", "functools", "itertools", "math", "numpy", "random"})
CALM_BUILTINS = frozenset(vars(builtins)) - {"__import__", "breakpoint", "eval", "exec", "input", "open"}
CHANGING = frozenset(
    {"add", "append", "clear", "discard", "extend", "fill", "insert", "pop", "remove", "reverse", "setdefault", "sort"}
    | {"update"}
)
CALM_METHODS = CHANGING | {"astype", "copy", "format", "get", "items", "join", "keys", "reshape", "split", "values"}


class Why(StrEnum):
    """Why something in a notebook is not run."""

    NOT_PYTHON = "not_python"  # it cannot be parsed; ``detail`` says what Python says
    COMMAND = "command"  # IPython's own syntax: %magic, !shell, help?
    SHOWS = "shows"  # it prints, plots, asserts, asks or calls, and leaves no name behind
    UNNEEDED = "unneeded"  # it trains or computes what no asked-for definition uses
    SCRIPT = "script"  # under if __name__ == "__main__"
    RESULT = "result"  # train = train(...): the answer would be replaced by what it returned


@dataclass(frozen=True, slots=True)
class Statement:
    """A top-level statement and the names it deals with."""

    node: ast.stmt
    text: str
    binds: frozenset[str]  # gives these a value
    defines: frozenset[str]  # of those: by def, class or import
    stores: frozenset[str]  # changes their objects: a.b = 1, a[0] = 1
    calls: frozenset[str]  # calls what changes their objects: a.append(1), setattr(a, "b", 1)
    early: frozenset[str]  # reads these while it runs
    reads: frozenset[str]  # early, and what its functions read whenever they are called


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a function, class or method is written. ``cell`` is 0 in a module."""

    line: int
    is_stub: bool
    cell: int = 0


def parse(source: str) -> ast.Module:
    """Return the syntax tree, without Python's warnings about the learner's strings."""
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(source)


def check_compiles(node: ast.stmt) -> None:
    """Raise what Python's compiler has against a statement that could be parsed."""
    with warnings.catch_warnings(action="ignore"):
        compile(ast.Module([node], []), "cell", "exec", dont_inherit=True)


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
    return Statement(node, text, binds, defined_names(parts), stores, calls, early, early | late)


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


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is below it, less the insides of functions and classes."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if not isinstance(found, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(found)


def defined_names(parts: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names that the parts of a statement bind by def, class or import."""
    names: set[str] = set()
    for inner in parts:
        if isinstance(inner, (*FUNCTIONS, ast.ClassDef)):
            names.add(inner.name)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in inner.names}
    return frozenset(names)


def stores_into(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the ``a`` of ``a.b = 1`` and ``a[0] += 1``."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield node.value


def calls_to_change(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the ``a`` of ``a.append(1)`` and ``setattr(a, "b", 1)``, where they stand alone."""
    match node:
        case ast.Expr(ast.Call(ast.Attribute(owner, method))) if method in CHANGING:
            yield owner
        case ast.Expr(ast.Call(ast.Name("setattr"), [owner, *_])):
            yield owner


def names_of(places: Iterable[ast.expr]) -> frozenset[str]:
    """Return the names that expressions begin with."""
    return frozenset(map(root_name, places)) - {""}


def root_name(expression: ast.expr) -> str:
    """Return the ``a`` of ``a.b[0].c``; nothing where it begins otherwise."""
    while isinstance(expression, ast.Attribute | ast.Subscript):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else ""


# -- which statements run ---------------------------------------------------------------------------------


def choose(statements: Sequence[Statement], wanted: Collection[str]) -> list[Why | None]:
    """Decide for each statement of a notebook, in order, why it is left out; None where it runs.

    Args:
        statements: the top-level statements of all cells.
        wanted: what is asked for, ``softmax`` or ``TwoLayerNet.gradient``; empty for every function and class.
    """
    functions = {s.node.name for s in statements if isinstance(s.node, (*FUNCTIONS, ast.ClassDef))}
    barred = [why_barred(statement.node, functions) for statement in statements]
    candidates = [i for i, why in enumerate(barred) if why is None]
    heavy = heavy_blocks(statements)
    needed = {name.partition(".")[0] for name in wanted} or functions
    kept = needed_statements(statements, candidates, needed, heavy)
    kept = with_definitions(statements, candidates, kept, heavy)
    return [None if i in kept else why or why_left_out(statements[i].node) for i, why in enumerate(barred)]


def why_barred(node: ast.stmt, functions: Collection[str]) -> Why | None:
    """Say why a statement is left out whoever needs it."""
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in functions for t in node.targets):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        calls = (inner.func for inner in executed(node.value) if isinstance(inner, ast.Call))
        if any(isinstance(function, ast.Name) and function.id in names for function in calls):
            return Why.RESULT
    return None


def is_script(node: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``."""
    return isinstance(node, ast.If) and any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(node.test))


def why_left_out(node: ast.stmt) -> Why:
    """Say why a statement that nobody needs is left out."""
    if is_script(node):
        return Why.SCRIPT
    return Why.SHOWS if isinstance(node, ast.Expr | ast.Assert | ast.Delete | ast.Pass) else Why.UNNEEDED


def needed_statements(
    statements: Sequence[Statement], candidates: Iterable[int], wanted: Collection[str], heavy: Collection[int]
) -> set[int]:
    """Return the statements that give the wanted names their values, and all that those read, near or far.

    A loop that trains is kept for the names that it binds, not for the objects that it changes.
    """
    about: dict[str, list[int]] = defaultdict(list)
    kept: set[int] = set()
    modules = {name for s in statements if isinstance(s.node, ast.Import | ast.ImportFrom) for name in s.binds}
    effects = {name: found for s in statements if (found := effects_of(s)) for name in s.binds - set(wanted)}
    for i in candidates:
        statement = statements[i]
        touched = statement.binds | statement.stores | (statement.calls - modules)  # np.append(a, b) changes nothing
        touched |= {name for function in called_names(statement.node) for name in effects.get(function, ())}
        for name in statement.binds if i in heavy else touched:
            about[name].append(i)
        if changes_import_path(statement.node):
            kept.add(i)
    waiting = [*wanted, *(name for i in kept for name in statements[i].reads)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            new = [i for i in about[name] if i not in kept]
            kept.update(new)
            waiting += (read for i in new for read in statements[i].reads)
    return kept


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


def globals_key(node: ast.AST) -> Iterator[str]:
    """Yield the ``a`` of ``globals()["a"] = 1``."""
    match node:
        case ast.Subscript(ast.Call(ast.Name("globals")), ast.Constant(str(name)), ast.Store()):
            yield name


def with_definitions(
    statements: Sequence[Statement], candidates: Iterable[int], kept: set[int], heavy: Collection[int]
) -> set[int]:
    """Add what defines though nobody asked for it, unless that reads a name which was left out.

    It costs nothing, and a misspelt answer can be told from a missing one.
    """
    kept = set(kept)
    own = {name for statement in statements for name in statement.binds}
    known = {name for i in kept for name in statements[i].binds}
    for i in candidates:
        statement = statements[i]
        missing = (statement.early & own) - known - statement.binds
        if i not in heavy and not is_script(statement.node) and only_defines(statement) and not missing:
            kept.add(i)
            known |= statement.binds
    return kept


def only_defines(statement: Statement) -> bool:
    """Whether a statement imports, defines or names a constant, and computes nothing to speak of."""
    node = statement.node
    if isinstance(node, ast.Assign):
        return all(isinstance(target, ast.Name) for target in node.targets) and is_plain(node.value)
    if isinstance(node, ast.AnnAssign):
        return isinstance(node.target, ast.Name) and (node.value is None or is_plain(node.value))
    return bool(statement.defines)


def is_plain(value: ast.expr) -> bool:
    """Whether an expression calls nothing and loops over nothing."""
    working = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr, *COMPREHENSIONS)
    return not any(isinstance(inner, working) for inner in executed(value))


def changes_import_path(node: ast.stmt) -> bool:
    """Whether a statement does something to ``sys.path``."""
    match node:
        case ast.Expr(ast.Call(ast.Attribute(owner))):
            return dotted_name(owner) == "sys.path"
        case ast.Assign(targets=[target]) | ast.AugAssign(target=target):
            return dotted_name(target) == "sys.path" or (
                isinstance(target, ast.Subscript) and dotted_name(target.value) == "sys.path"
            )
    return False


def heavy_blocks(statements: Sequence[Statement]) -> set[int]:
    """Return the blocks with a loop that may train: one that calls more than Python, numpy and the like."""
    calm = CALM_BUILTINS | {name for statement in statements for name in calm_imports(statement.node)}
    return {i for i, s in enumerate(statements) if isinstance(s.node, BLOCKS) and has_heavy_loop(s.node, calm)}


def calm_imports(node: ast.stmt) -> Iterator[str]:
    """Yield the names that an import takes from modules whose functions return soon."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            home = (getattr(node, "module", None) or alias.name).partition(".")[0]
            if home in CALM_MODULES:
                yield alias.asname or alias.name.partition(".")[0]


def has_heavy_loop(node: ast.stmt, calm: Collection[str]) -> bool:
    """Whether there is a ``while``, or a ``for`` with a call that may take long."""
    for inner in executed(node):
        if isinstance(inner, ast.While):
            return True
        if isinstance(inner, ast.For | ast.AsyncFor):
            calls = (call.func for call in executed(inner) if isinstance(call, ast.Call))
            if not all(is_calm(function, calm) for function in calls):
                return True
    return False


def is_calm(function: ast.expr, calm: Collection[str]) -> bool:
    """Whether calling this returns soon, by its name."""
    return root_name(function) in calm or (isinstance(function, ast.Attribute) and function.attr in CALM_METHODS)


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
    """Return a cell's source without some of its statements, with as many lines as before."""
    lines = source.encode().split(b"\n")
    for node in reversed(list(left_out)):
        first, start, last, end = span(node)
        joined = first > 0 and lines[first - 1].endswith(b"\\")
        lines[first : last + 1] = blanks(lines[first][:start], lines[last][end:], last - first, joined)
    return b"\n".join(lines).decode()


def blanks(before: bytes, after: bytes, line_ends: int, joined: bool) -> list[bytes]:
    """Return the lines that are left of a statement, given what shares its first and its last line.

    Args:
        before: what comes before it in its first line.
        after: what comes after it in its last line.
        line_ends: how many lines it goes on.
        joined: a backslash ends the line before it, so that something has to follow.
    """
    shared = re.fullmatch(rb"[\s;]*(#.*)?", after) is None
    if not before.strip() and not shared and not joined:
        return [b""] * (line_ends + 1)
    if not shared:
        return [before + b"pass"] + [b""] * line_ends
    if not line_ends:
        return [before + b"pass" + after]
    return [before + b"pass \\"] + [b"\\"] * (line_ends - 1) + [after]


# -- definitions ------------------------------------------------------------------------------------------


class Namespace:
    """The functions, classes and methods that running statements would leave behind.

    Args:
        scripts: whether what is under ``if __name__ == "__main__"`` runs, as it does in a notebook.
    """

    def __init__(self, *, scripts: bool = False) -> None:
        self._scripts = scripts
        self._found: dict[str, Definition] = {}
        self._methods: dict[str, dict[str, Definition]] = {}  # by class

    def definitions(self) -> dict[str, Definition]:
        """Return all by name, methods as ``TwoLayerNet.gradient``."""
        named = {f"{owner}.{name}": m for owner, methods in self._methods.items() for name, m in methods.items()}
        return self._found | named

    def add(self, body: Iterable[ast.stmt], cell: int = 0) -> Namespace:
        """Read more statements, in order; the last definition of a name counts."""
        for node in flat(body, scripts=self._scripts):
            if isinstance(node, FUNCTIONS):
                self._put(node.name, Definition(node.lineno, is_hole(node), cell), None)
            elif isinstance(node, ast.ClassDef):
                self._add_class(node, cell)
            elif isinstance(node, ast.Assign) and why_barred(node, self._found) is None:
                for target in node.targets:
                    self._assign(dotted_name(target), node, cell)
        return self

    def _put(self, name: str, definition: Definition | None, methods: dict[str, Definition] | None) -> None:
        for table, value in ((self._found, definition), (self._methods, methods)):
            table.pop(name, None)
            if value is not None:
                table[name] = value  # type: ignore[assignment]

    def _add_class(self, node: ast.ClassDef, cell: int) -> None:
        methods: dict[str, Definition] = {}
        for base in reversed(node.bases):
            methods |= self._methods.get(dotted_name(base), {})
        methods |= Namespace().add(node.body, cell)._found
        self._put(node.name, Definition(node.lineno, any(m.is_stub for m in methods.values()), cell), methods)

    def _assign(self, name: str, node: ast.Assign, cell: int) -> None:
        """Add ``softmax = my_softmax`` and ``TwoLayerNet.gradient = gradient``; forget what another value replaces."""
        other = dotted_name(node.value)
        owner, _, method = name.rpartition(".")
        if not method or name == other or (owner and owner not in self._methods):
            return
        is_stub = other in self._found and self._found[other].is_stub
        definition = Definition(node.lineno, is_stub, cell) if is_function(node.value, self._found) else None
        if not owner:
            self._put(name, definition, self._methods.get(other))
        elif definition:
            self._methods[owner][method] = definition
        else:
            self._methods[owner].pop(method, None)


def flat(body: Iterable[ast.stmt], *, scripts: bool = False) -> Iterator[ast.stmt]:
    """Yield statements in order, those in blocks after the block they are in."""
    for node in body:
        yield node
        if isinstance(node, BLOCKS) and (scripts or not is_script(node)):
            inner = (n for n in executed(node) if isinstance(n, ast.stmt) and n is not node)
            yield from sorted(inner, key=lambda n: (n.lineno, n.col_offset))


def is_function(value: ast.expr, found: Collection[str]) -> bool:
    """Whether a value is a function: a lambda, a known name, or a call that is handed one."""
    if isinstance(value, ast.Call):
        return any(is_function(argument, found) for argument in value.args)
    return isinstance(value, ast.Lambda) or dotted_name(value) in found


def dotted_name(expression: ast.expr) -> str:
    """Return ``a.b.c`` where an expression is nothing else."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    return ".".join([expression.id, *reversed(parts)]) if isinstance(expression, ast.Name) else ""


def is_hole(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function runs into ``raise NotImplementedError`` before it could return."""
    for statement in node.body:
        if isinstance(statement, ast.Return):
            return False
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False
