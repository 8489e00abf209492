"""The statements of a learner's file at the far end of the wire, and what each gives a value.

Everything in here is within the learner's reach. Standard library alone.
"""

from __future__ import annotations

import ast

LAZY = annotations.compiler_flag  # a class that could not be defined costs no function that names it


def statements(text: str, file: str) -> list[ast.stmt]:
    """Return the statements of a cell; the grader chose only what can be compiled."""
    tree = compile(text, file, "exec", LAZY | ast.PyCF_ONLY_AST, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # noqa: S101 - for the type checker
    return tree.body


def bindings(node: ast.stmt) -> tuple[set[str], set[str]]:
    """Return the names to which a statement gives a value by itself, and those by an import or another name."""
    own: set[str] = set()
    taken: set[str] = set()
    waiting: list[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        match part:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                own.add(part.name)
                continue  # what is inside is not the module's
            case ast.Lambda():
                continue
            case ast.Assign(targets=targets, value=ast.Name() | ast.Attribute()):
                taken |= {target.id for target in targets if isinstance(target, ast.Name)}
                continue
            case ast.Name(ctx=ast.Store()):
                own.add(part.id)
            case ast.alias():
                taken.add(part.asname or part.name.partition(".")[0])
        waiting += ast.iter_child_nodes(part)
    return own, taken


class WithoutImports(ast.NodeTransformer):
    """Takes names out of the imports of a statement; what is tried may be the reason for what follows, and stays."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def visit_Try(self, node: ast.Try) -> ast.stmt:
        """Leave it as it is."""
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        """Import what is left."""
        left = [alias for alias in node.names if (alias.asname or alias.name) not in self._names]
        return ast.copy_location(ast.ImportFrom(node.module, left, node.level) if left else ast.Pass(), node)
