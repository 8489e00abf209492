"""Choose which statements of a file run.

What defines is run: imports, functions, classes, and whatever the asked-for ones need, near or far. What only
shows or trains is left out: nobody grades a plot, and a training run of ten minutes would cost every answer
beside it. Statements are read here, never run.
"""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum

from grader.submission.definitions import BLOCKS, DEFINITIONS, dotted_name, executed, is_result, is_script
from grader.submission.statements import CHANGING, Statement, called_names, effects_of, is_setting, root_name

COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

CALM_MODULES = frozenset({"collections", "copy", "functools", "itertools", "math", "numpy", "random"})
CALM_BUILTINS = frozenset(vars(builtins)) - {"__import__", "breakpoint", "eval", "exec", "input", "open"}
CALM_METHODS = CHANGING | {"astype", "copy", "format", "get", "items", "join", "keys", "reshape", "split", "values"}


CONTAINERS = frozenset(
    {"Counter", "OrderedDict", "array", "defaultdict", "deque", "dict", "empty", "eye", "full", "list", "ones", "set"}
    | {"zeros"}
)


class Why(StrEnum):
    """Why something in a file is not run."""

    NOT_PYTHON = "not_python"  # it cannot be parsed; ``detail`` says what Python says
    COMMAND = "command"  # IPython's own syntax: %magic, !shell, help?
    SHOWS = "shows"  # it prints, plots, asserts, asks or calls, and leaves no name behind
    UNNEEDED = "unneeded"  # it trains or computes what no asked-for definition uses
    SCRIPT = "script"  # under if __name__ == "__main__"
    RESULT = "result"  # train = train(...): the answer would be replaced by what it returned


def choose(statements: Sequence[Statement], wanted: Collection[str]) -> list[Why | None]:
    """Decide for each statement of a file, in order, why it is left out; None where it runs.

    Args:
        statements: the top-level statements of all cells.
        wanted: the names that are needed of it; empty for every function and class.
    """
    functions = {s.node.name for s in statements if isinstance(s.node, DEFINITIONS)}
    results = {i for i, statement in enumerate(statements) if is_result(statement.node, functions)}
    candidates = [i for i in range(len(statements)) if i not in results]
    heavy = heavy_blocks(statements)
    needed = wanted or functions
    kept = needed_statements(statements, candidates, needed, heavy)
    kept = with_definitions(statements, candidates, kept, heavy)
    return [
        None if i in kept else Why.RESULT if i in results else why_left_out(statement.node)
        for i, statement in enumerate(statements)
    ]


def why_left_out(node: ast.stmt) -> Why:
    """Say why a statement that nobody needs is left out."""
    if is_script(node):
        return Why.SCRIPT
    return Why.SHOWS if isinstance(node, ast.Expr | ast.Assert | ast.Delete | ast.Pass) else Why.UNNEEDED


def needed_statements(
    statements: Sequence[Statement], candidates: Iterable[int], wanted: Collection[str], heavy: Collection[int]
) -> set[int]:
    """Return the statements that give the wanted names their values, and all that those read, near or far.

    A loop that trains is kept for the names that it binds and the tables that it fills, not for the objects that it
    changes.
    """
    about: dict[str, list[int]] = defaultdict(list)
    callers: dict[str, list[int]] = defaultdict(list)
    changers: dict[str, list[str]] = defaultdict(list)  # the functions that change a name
    kept: set[int] = set()
    tables = {name for s in statements if is_table(s.node) for name in s.binds}
    modules = {name for s in statements if isinstance(s.node, ast.Import | ast.ImportFrom) for name in s.binds}
    effects = {name: found for s in statements if (found := effects_of(s)) for name in s.binds - set(wanted)}
    for i in candidates:
        statement = statements[i]
        touched = statement.binds | statement.stores | (statement.calls - modules)  # np.append(a, b) changes nothing
        filled = (statement.stores | statement.calls) & tables
        for name in statement.binds | filled if i in heavy else touched:
            about[name].append(i)
        for function in () if i in heavy else called_names(statement.node) & effects.keys():
            callers[function].append(i)
    for function, names in effects.items():
        for name in names:
            changers[name].append(function)
    waiting = list(wanted)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            # Whoever calls what changes the name; popped, since all that call a function are kept at once.
            calling = [i for function in changers[name] for i in callers.pop(function, ())]
            new = [i for i in dict.fromkeys([*about[name], *calling]) if i not in kept]
            kept.update(new)
            waiting += (read for i in new for read in statements[i].reads)
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
        itself = frozenset() if isinstance(statement.node, ast.Assign | ast.AugAssign) else statement.binds
        missing = (statement.early & own) - known - itself  # x = x[:300] needs an x
        fits = only_defines(statement) or is_setting(statement.node)
        if i not in heavy and not is_script(statement.node) and fits and not missing:
            kept.add(i)
            known |= statement.binds
    return kept


def is_table(node: ast.stmt) -> bool:
    """Whether this is ``table = {}``, or a list, or an array: something to be filled."""
    if not isinstance(node, ast.Assign):
        return False
    made = dotted_name(node.value.func).rpartition(".")[2] if isinstance(node.value, ast.Call) else ""
    return isinstance(node.value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp) or made in CONTAINERS


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


# -- loops that may train ---------------------------------------------------------------------------------


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
