"""The definitions of one module: what becomes a unit, and what can serve others as context."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
LONG_FUNCTION = 60  # source lines; from here on, nested definitions become units of their own
SMALL_DEFINITION = 5  # source lines; smaller nested definitions stay where they are


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
    for statement in _flat(tree.body):
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found.constants.setdefault(target.id, statement)
    stack: list[tuple[ast.stmt, str, ast.ClassDef | None]] = [
        (statement, "", None) for statement in reversed(list(_flat(tree.body)))
    ]
    while stack:
        statement, prefix, owner = stack.pop()
        if isinstance(statement, ast.ClassDef):
            inner = list(_flat(statement.body))
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


def source_lines(node: ast.stmt) -> int:
    """Return how many source lines a statement spans."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _own_units(function: FunctionNode) -> list[ast.stmt]:
    if source_lines(function) < LONG_FUNCTION:
        return []
    return [
        statement
        for statement in _flat(function.body)
        if isinstance(statement, FunctionNode | ast.ClassDef)
        and source_lines(statement) >= SMALL_DEFINITION
    ]


def _flat(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements of a block and of the plain blocks in it, not of definitions."""
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        yield statement
        if isinstance(statement, FunctionNode | ast.ClassDef):
            continue
        for name in ("finalbody", "orelse", "handlers", "body", "cases"):
            for child in reversed(getattr(statement, name, None) or []):
                if isinstance(child, ast.stmt):
                    stack.append(child)
                elif isinstance(child, ast.ExceptHandler | ast.match_case):
                    stack.extend(reversed(child.body))
