"""The definitions of one module: what becomes a unit, and what can serve others as context."""

import ast
from dataclasses import dataclass, field
from itertools import islice

from weakspot.code.blocks import DEFINITIONS, FunctionNode, statements
from weakspot.code.normalise import is_docstring

# In statements, which comments and layout do not change: about 60 and 5 lines of ordinary code.
LONG_FUNCTION = 32  # from here on, nested definitions become units of their own
SMALL_DEFINITION = 4  # smaller nested definitions stay where they are


@dataclass(frozen=True, slots=True)
class Definition:
    """A function that is a unit of its own, and where it stands."""

    node: FunctionNode
    name: str  # dotted, as in ``Class.method``
    owner: ast.ClassDef | None
    elided: frozenset[int]  # id() of nested definitions that are units of their own


@dataclass(slots=True)
class Outline:
    """What a module defines, in source order."""

    functions: list[Definition] = field(default_factory=list)
    constants: dict[str, ast.stmt] = field(default_factory=dict)


def outline(tree: ast.Module) -> Outline:
    """Collect the definitions of a module, without recursion over its depth."""
    found = Outline()
    outer = list(statements(tree.body, DEFINITIONS))
    for statement in outer:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.constants.setdefault(target.id, statement)
    stack: list[tuple[ast.stmt, str, ast.ClassDef | None]] = [
        (statement, "", None) for statement in reversed(outer)
    ]
    while stack:
        statement, prefix, owner = stack.pop()
        if isinstance(statement, ast.ClassDef):
            inner = list(statements(statement.body, DEFINITIONS))
            name = prefix + statement.name
            stack += [(child, name + ".", statement) for child in reversed(inner)]
        elif isinstance(statement, FunctionNode):
            name = prefix + statement.name
            elided = _own_units(statement)
            found.functions.append(
                Definition(statement, name, owner, frozenset(id(node) for node in elided))
            )
            stack += [(node, name + ".", None) for node in reversed(elided)]
    return found


def _own_units(function: FunctionNode) -> list[ast.stmt]:
    inner = statements(function.body, DEFINITIONS)
    nested = [statement for statement in inner if isinstance(statement, DEFINITIONS)]
    if not nested or not _has(function, LONG_FUNCTION):
        return []
    return [statement for statement in nested if _has(statement, SMALL_DEFINITION)]


def _has(definition: ast.stmt, count: int) -> bool:
    """Whether a definition, itself included, has that many statements; bare strings are none."""
    said = (one for one in statements([definition]) if not is_docstring(one))
    return next(islice(said, count - 1, None), None) is not None
