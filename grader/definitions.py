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
from dataclasses import dataclass, replace
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
    changes: frozenset[str]  # changes their objects: a.b = 1, a[0] = 1, a.append(1)
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
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def check_compiles(node: ast.stmt) -> None:
    """Raise what Python's compiler has against a statement that could be parsed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        compile(ast.Module([node], []), "cell", "exec", dont_inherit=True)


# -- what a statement does --------------------------------------------------------------------------------


def read_statement(node: ast.stmt, text: str) -> Statement:
    """Find the names that a top-level statement deals with."""
    table = symtable.symtable(text, "cell", "exec")
    symbols = table.get_symbols()
    binds = frozenset(s.get_name() for s in symbols if s.is_assigned() or s.is_imported())
    early = frozenset(s.get_name() for s in symbols if s.is_referenced()) | class_names(table)
    late = frozenset(globals_of(table))
    return Statement(node, text, binds, defined_names(node), changed_names(node), early, early | late)


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


def defined_names(node: ast.stmt) -> frozenset[str]:
    """Return the names that a statement binds by def, class or import."""
    names: set[str] = set()
    for inner in executed(node):
        if isinstance(inner, (*FUNCTIONS, ast.ClassDef)):
            names.add(inner.name)
        elif isinstance(inner, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name.partition(".")[0] for alias in inner.names}
    return frozenset(names)


def changed_names(node: ast.stmt) -> frozenset[str]:
    """Return the names whose objects a statement changes in place."""
    names = (root_name(place) for inner in executed(node) for place in changed_places(inner))
    return frozenset(name for name in names if name)


def changed_places(node: ast.AST) -> Iterator[ast.expr]:
    """Yield what a node stores into: the ``a`` of ``a.b = 1``, ``a[0] += 1``, ``a.append(1)``, ``setattr(a, ...)``."""
    if isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
        yield node.value
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
        return
    function, arguments = node.value.func, node.value.args
    if isinstance(function, ast.Attribute) and function.attr in CHANGING:
        yield function.value
    elif isinstance(function, ast.Name) and function.id == "setattr" and arguments:
        yield arguments[0]


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
    if isinstance(node, ast.If) and any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(node.test)):
        return Why.SCRIPT
    if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id in functions for t in node.targets):
        names = {target.id for target in node.targets if isinstance(target, ast.Name)}
        calls = (inner.func for inner in executed(node.value) if isinstance(inner, ast.Call))
        if any(isinstance(function, ast.Name) and function.id in names for function in calls):
            return Why.RESULT
    return None


def why_left_out(node: ast.stmt) -> Why:
    """Say why a statement that nobody needs is left out."""
    return Why.SHOWS if isinstance(node, ast.Expr | ast.Assert | ast.Delete | ast.Pass) else Why.UNNEEDED


def needed_statements(
    statements: Sequence[Statement], candidates: Iterable[int], wanted: Collection[str], heavy: Collection[int]
) -> set[int]:
    """Return the statements that give the wanted names their values, and all that those read, near or far.

    A loop that trains is kept only for a function or class defined in it.
    """
    about: dict[str, list[int]] = defaultdict(list)
    kept: set[int] = set()
    for i in candidates:
        statement = statements[i]
        for name in statement.defines if i in heavy else statement.binds | statement.changes:
            about[name].append(i)
        if changes_import_path(statement.node):
            kept.add(i)
    waiting = [*wanted, *(name for i in kept for name in statements[i].reads)]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for i in about[name]:
                kept.add(i)
                waiting += statements[i].reads
    return kept


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
        if i not in heavy and only_defines(statement) and statement.early & own <= known | statement.binds:
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
    if not isinstance(node, ast.Expr | ast.Assign | ast.AugAssign):
        return False
    return any(ast.unparse(place).startswith("sys.path") for place in stored_places(node))


def stored_places(node: ast.Expr | ast.Assign | ast.AugAssign) -> list[ast.expr]:
    """Return the targets of an assignment, or what a call's method belongs to."""
    if isinstance(node, ast.Expr):
        call = node.value
        return [call.func] if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) else []
    return node.targets if isinstance(node, ast.Assign) else [node.target]


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
        before, after = lines[first][:start], lines[last][end:]
        ends_here = re.fullmatch(rb"[\s;]*(#.*)?", after) is not None
        lines[first : last + 1] = [b""] * (last - first + 1)
        if before.strip():  # after a semicolon: something has to stand there
            lines[first] = before + b"pass"
        if not ends_here:
            joined = [b"\\"] * (last - first)
            lines[first:last] = [(before or b"") + b"pass " + line for line in joined[:1]] + joined[1:]
            lines[last] = (before + b"pass" if first == last else b" ") + after
    return b"\n".join(lines).decode()


# -- definitions ------------------------------------------------------------------------------------------


def find_definitions(
    body: Iterable[ast.stmt], known: dict[str, Definition] | None = None, cell: int = 0
) -> dict[str, Definition]:
    """Return functions, classes and methods by name, ``TwoLayerNet.gradient``, as running the statements leaves them.

    Args:
        body: top-level statements, in order.
        known: what came before; it is not changed.
        cell: where the statements are.
    """
    found = dict(known or {})
    for node in flat(body):
        if isinstance(node, FUNCTIONS):
            forget(found, node.name)
            found[node.name] = Definition(node.lineno, is_hole(node), cell)
        elif isinstance(node, ast.ClassDef):
            add_class(found, node, cell)
        elif isinstance(node, ast.Assign):
            add_assigned(found, node, cell)
    return found


def flat(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements in order, those in blocks after the block they are in."""
    for node in body:
        yield node
        if isinstance(node, BLOCKS) and why_barred(node, ()) is None:
            yield from sorted((n for n in executed(node) if isinstance(n, ast.stmt) and n is not node), key=place)


def place(node: ast.stmt) -> tuple[int, int]:
    """Return where a statement begins."""
    return node.lineno, node.col_offset


def forget(found: dict[str, Definition], name: str) -> None:
    """Remove a name and its methods."""
    for other in [key for key in found if key == name or key.startswith(name + ".")]:
        del found[other]


def add_class(found: dict[str, Definition], node: ast.ClassDef, cell: int) -> None:
    """Add a class and its methods, those of its own base classes included."""
    bases = [base.id for base in reversed(node.bases) if isinstance(base, ast.Name)]
    methods = {key.partition(".")[2]: found[key] for base in bases for key in found if key.startswith(base + ".")}
    methods |= find_definitions(node.body, cell=cell)
    forget(found, node.name)
    found[node.name] = Definition(node.lineno, any(method.is_stub for method in methods.values()), cell)
    found |= {f"{node.name}.{name}": method for name, method in methods.items()}


def add_assigned(found: dict[str, Definition], node: ast.Assign, cell: int) -> None:
    """Add what an assignment names: ``softmax = my_softmax``, ``TwoLayerNet.gradient = gradient``."""
    if why_barred(node, found):
        return
    other = ast.unparse(node.value) if isinstance(node.value, ast.Name | ast.Attribute) else ""
    known = found.get(other)
    for target in node.targets:
        if isinstance(target, ast.Name | ast.Attribute) and (name := ast.unparse(target)).count(".") < 2:
            methods = {name + key.removeprefix(other): found[key] for key in found if key.startswith(other + ".")}
            if name != other:
                forget(found, name)
            found |= methods if other else {}
            found[name] = replace(known, line=node.lineno, cell=cell) if known else Definition(node.lineno, False, cell)


def is_hole(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function runs into ``raise NotImplementedError`` before it could return."""
    for statement in node.body:
        if isinstance(statement, ast.Return):
            return False
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False


def is_stub(source: str) -> bool:
    """Whether the function, or some method of the class, in this text is still a hole; no, where it is not Python."""
    try:
        return any(definition.is_stub for definition in find_definitions(parse(source).body).values())
    except NOT_PYTHON:
        return False
