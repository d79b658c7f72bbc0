"""The statements of blocks, walked without recursion over their depth, and names in them."""

import ast
from collections.abc import Iterator

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS: tuple[type[ast.stmt], ...] = (ast.FunctionDef, ast.AsyncFunctionDef)
DEFINITIONS = (*FUNCTIONS, ast.ClassDef)

_Placed = tuple[ast.stmt, bool]
_NAMES = ("finalbody", "orelse", "handlers", "cases", "body")
_INSTEAD = frozenset({"orelse", "handlers", "cases"})
# The blocks of each statement that has some, the last one first, and whether it stands instead.
_BLOCKS = {
    kind: tuple((name, name in _INSTEAD) for name in _NAMES if name in kind._fields)
    for kind in ast.stmt.__subclasses__()
}


def placed(body: list[ast.stmt], closed: tuple[type[ast.stmt], ...]) -> Iterator[_Placed]:
    """Yield the statements below `body` in source order, those inside of `closed` ones left out.

    Each comes with whether it stands where something else failed or was asked.
    """
    stack: list[_Placed] = [(statement, False) for statement in reversed(body)]
    while stack:
        statement, instead = stack.pop()
        yield statement, instead
        if isinstance(statement, closed):
            continue
        for name, is_instead in _BLOCKS[type(statement)]:
            other = instead or is_instead
            for child in reversed(getattr(statement, name)):
                if isinstance(child, ast.stmt):
                    stack.append((child, other))
                elif isinstance(child, ast.ExceptHandler | ast.match_case):
                    stack += [(one, other) for one in reversed(child.body)]


def statements(body: list[ast.stmt], closed: tuple[type[ast.stmt], ...] = ()) -> Iterator[ast.stmt]:
    """Yield the statements below `body` in source order, those inside of `closed` ones left out."""
    return (statement for statement, _ in placed(body, closed))


def bound(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a definition or an assignment gives a value."""
    if isinstance(statement, FunctionNode | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for part in (part for target in targets for part in ast.walk(target)):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id


def last_name(node: ast.expr) -> str:
    """Return a variable's name, or an attribute's last part; "" of any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def captured(pattern: ast.pattern) -> Iterator[str]:
    """Yield the names that a pattern of ``case`` binds."""
    for part in ast.walk(pattern):
        if isinstance(part, ast.MatchAs | ast.MatchStar) and part.name:
            yield part.name
        elif isinstance(part, ast.MatchMapping) and part.rest:
            yield part.rest
