"""Where the reader of facts stands: the names of a scope, and the tests that hold there."""

import ast
from dataclasses import dataclass, field

from weakspot.code.fact_shapes import Scope


@dataclass(frozen=True, slots=True)
class Test:
    """What a condition asks, and the names that it asks about."""

    kinds: frozenset[str]
    names: frozenset[str]


@dataclass(slots=True)
class Place:
    """The names' scope, and the tests in force."""

    scope: Scope
    tests: list[Test] = field(default_factory=list)


def own_name(node: ast.expr) -> str:
    """Return a variable's name, or an attribute's last part; "" of any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
