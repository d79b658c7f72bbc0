"""The value of one change of a real function, with its weak and its sound form."""

import ast
from dataclasses import dataclass

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands at `place` in the weak and in the sound twin of a real function.

    A guard that goes leaves no nodes in the weak twin; `weak_line` is then the statement that it
    protected.
    """

    mechanism: str
    cwe: str
    place: ast.AST
    weak: tuple[ast.AST, ...]
    sound: tuple[ast.AST, ...]
    weak_line: ast.stmt | None = None


def varies(node: ast.expr) -> bool:
    """Whether the expression has a variable in it, that is no constant by its name."""
    last = node.attr if isinstance(node, ast.Attribute) else ""
    names = (one.id for one in ast.walk(node) if isinstance(one, ast.Name))
    return not last.isupper() and any(not name.isupper() for name in names)
