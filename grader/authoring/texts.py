"""What a notebook's text cells say: a module's docstrings, as Markdown."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Mapping, Sequence

from grader.submission.definitions import DEFINITIONS


def title(name: str, tree: ast.Module) -> str:
    """Return a chapter's first text: its module's docstring, whose first line is the heading."""
    heading, _, rest = (ast.get_docstring(tree) or name).partition("\n")
    return as_markdown(f"# {heading.rstrip('.')}\n{rest}".rstrip())


def explanation(node: ast.stmt, asked: Sequence[str], formulas: Mapping[str, str]) -> str:
    """Return the text above a definition: what it does and its formula, and the same for each method asked for."""
    assert isinstance(node, DEFINITIONS)  # noqa: S101 - for the type checker
    methods = {f"{node.name}.{m.name}": m for m in node.body if isinstance(m, ast.FunctionDef)}
    parts = [f"## {node.name}", *words(node, formulas.get(node.name))]
    for name in asked:
        if name in methods:
            parts += [f"**{name}**", *words(methods[name], formulas.get(name))]
    return "\n\n".join(parts)


def words(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, latex: str | None) -> list[str]:
    """Return a docstring's summary, and the formula: as LaTeX where there is some, else as the docstring has it."""
    paragraphs = re.split(r"\n\s*\n", ast.get_docstring(node) or "")
    parts = [as_markdown(paragraphs[0])] if paragraphs[0] else []
    if latex:
        return [*parts, f"$$\n{latex.strip()}\n$$"]
    block = paragraphs[1] if len(paragraphs) > 1 else ""
    if block and all(line.startswith("    ") for line in block.split("\n")):
        parts.append(f"```text\n{textwrap.dedent(block)}\n```")
    return parts


def as_markdown(text: str) -> str:
    """Return a docstring's words as Markdown, which marks code by one backtick."""
    return text.replace("``", "`")
