"""Tell what a text defines: its functions, classes and methods, and which of them are still holes.

Text is parsed here, never run. What else a statement does is read in ``statements.py``.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

MAX_INHERITED = 10_000  # methods that all classes have from others; beyond that a class is taken for one without
NOT_PYTHON = (SyntaxError, ValueError, RecursionError, MemoryError)  # what Python's parser says of a text
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)
BLOCKS = (ast.If, ast.Try, ast.TryStar, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While, ast.Match)


@dataclass(frozen=True, slots=True)
class Definition:
    """Where a function, class or method is written. ``cell`` is 0 in a module."""

    line: int
    is_stub: bool
    cell: int = 0
    is_empty: bool = False  # whether it gives nothing back


def parse(source: str) -> ast.Module:
    """Return the syntax tree, without Python's warnings about the learner's strings."""
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(source)


def sentence(error: BaseException) -> str:
    """Return what Python says, without the place: ``IndentationError: unexpected indent``."""
    said = str(error.msg if isinstance(error, SyntaxError) else error) or type(error).__name__
    kind = type(error).__name__ if isinstance(error, SyntaxError) else "SyntaxError"
    return f"{kind}: {said}"


class Namespace:
    """The functions, classes and methods that running statements would leave behind.

    Args:
        scripts: whether what is under ``if __name__ == "__main__"`` runs, as it does in a notebook.
    """

    def __init__(self, *, scripts: bool = False) -> None:
        self._scripts = scripts
        self._found: dict[str, Definition] = {}
        self._methods: dict[str, dict[str, Definition]] = {}  # by class
        self._inherited = 0

    def definitions(self) -> dict[str, Definition]:
        """Return all by name, methods as ``TwoLayerNet.gradient``."""
        named = {f"{owner}.{name}": m for owner, methods in self._methods.items() for name, m in methods.items()}
        return self._found | named

    def add(self, body: Iterable[ast.stmt], cell: int = 0) -> Namespace:
        """Read more statements, in order; the last definition of a name counts."""
        for node in flat(body, scripts=self._scripts):
            if isinstance(node, FUNCTIONS):
                self._put(node.name, Definition(node.lineno, is_hole(node), cell, is_empty(node)), None)
            elif isinstance(node, ast.ClassDef):
                self._add_class(node, cell)
            elif isinstance(node, ast.AnnAssign) and isinstance(node.value, ast.Lambda):  # f: Callable = lambda x: x
                self._give(dotted_name(node.target), Definition(node.lineno, False, cell), "")
            elif isinstance(node, ast.Assign) and self._is_definition(node):
                self._assign([dotted_name(target) for target in node.targets], node, cell)
        return self

    def _methods_of(self, other: str) -> dict[str, Definition] | None:
        """Return what a class has from another; nothing once all classes together have too much."""
        methods = self._methods.get(other)
        self._inherited += len(methods or ())
        return methods if self._inherited <= MAX_INHERITED else None

    def _put(self, name: str, definition: Definition | None, methods: dict[str, Definition] | None) -> None:
        for table, value in ((self._found, definition), (self._methods, methods)):
            table.pop(name, None)
            if value is not None:
                table[name] = value  # type: ignore[assignment]

    def _add_class(self, node: ast.ClassDef, cell: int) -> None:
        methods: dict[str, Definition] = {}
        for base in reversed(node.bases):
            methods |= self._methods_of(dotted_name(base)) or {}
        methods |= Namespace().add(node.body, cell)._found
        self._put(node.name, Definition(node.lineno, any(m.is_stub for m in methods.values()), cell), methods)

    def _is_definition(self, node: ast.Assign) -> bool:
        """Whether this gives names to a function, or what one's own class makes: nothing else replaces a definition."""
        value = node.value
        made = isinstance(value, ast.Call) and dotted_name(value.func) in self._methods
        return not is_result(node, self._found) and (made or is_function(value, self._found))

    def _assign(self, names: Iterable[str], node: ast.Assign, cell: int) -> None:
        """Add ``softmax = my_softmax`` and ``TwoLayerNet.gradient = gradient``."""
        other = dotted_name(node.value)
        is_stub = other in self._found and self._found[other].is_stub
        for name in names:
            if name != other:
                self._give(name, Definition(node.lineno, is_stub, cell), other)

    def _give(self, name: str, definition: Definition, other: str) -> None:
        owner, _, method = name.rpartition(".")
        if not method or (owner and owner not in self._methods):
            return
        if owner:
            self._methods[owner][method] = definition
        else:
            self._put(name, definition, self._methods_of(other))


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


def is_hole(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function runs into ``raise NotImplementedError`` before it could return."""
    for statement in node.body:
        if isinstance(statement, ast.Return):
            return False
        if isinstance(statement, ast.Raise) and statement.exc is not None:
            raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
            return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False


def is_empty(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function gives nothing back, whatever it does: what is asked for returns something."""
    return not any(
        (isinstance(part, ast.Return) and not is_nothing(part.value)) or isinstance(part, ast.Yield | ast.YieldFrom)
        for statement in node.body
        for part in executed(statement)
    )


def is_nothing(value: ast.expr | None) -> bool:
    """Whether an expression is missing, or None."""
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def is_script(node: ast.stmt) -> bool:
    """Whether this is ``if __name__ == "__main__":``."""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    names = [part for part in (node.test.left, *node.test.comparators) if isinstance(part, ast.Name)]
    return isinstance(node.test.ops[0], ast.Eq) and any(name.id == "__name__" for name in names)


def executed(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and what is below it, less the insides of functions and classes."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        if not isinstance(found, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(found)


def dotted_name(expression: ast.expr) -> str:
    """Return ``a.b.c`` where an expression is nothing else."""
    parts: list[str] = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    return ".".join([expression.id, *reversed(parts)]) if isinstance(expression, ast.Name) else ""


def is_result(node: ast.stmt, functions: Collection[str]) -> bool:
    """Whether this is ``train = train(...)``, where something else would be put in a function's place."""
    if not isinstance(node, ast.Assign):
        return False
    names = {target.id for target in node.targets if isinstance(target, ast.Name)}
    if names.isdisjoint(functions) or isinstance(node.value, ast.Name | ast.Attribute):
        return False
    calls = [inner.func for inner in executed(node.value) if isinstance(inner, ast.Call)]
    itself = any(isinstance(function, ast.Name) and function.id in names for function in calls)
    return itself or not (calls or is_function(node.value, functions))
