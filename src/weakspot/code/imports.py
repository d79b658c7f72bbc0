"""Which local name stands for which imported thing, so that aliases cannot hide a call."""

import ast
from collections.abc import Iterator

MAX_NAMES = 10_000  # of one scope; a generated module may import more, which stay unresolved

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_Placed = tuple[ast.stmt, bool]  # and whether it stands where something else failed or was asked


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield all statements below `body` in source order, without recursion."""
    return (statement for statement, _ in _statements(body, inside=True))


def imported_names(scope: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, str]:
    """Map each local name that a module or function imports to its full dotted name.

    ``from subprocess import run as r`` gives ``{"r": "subprocess.run"}``. Imports of functions
    inside are theirs alone. Where a name is imported twice, the last import counts; of those that
    stand for each other (``try: … except ImportError:``, ``if … else``) the first one. Relative
    imports keep their dots.
    """
    names: dict[str, str] = {}
    for statement, instead in _statements(scope.body, inside=False):
        for name, full in _imported(statement):
            if name in names and instead:
                continue
            if name in names or len(names) < MAX_NAMES:
                names[name] = full
    return names


def names_imported_anywhere(tree: ast.Module) -> dict[str, str]:
    """Map the names that are imported anywhere in a file, the module's own ones first."""
    names = imported_names(tree)
    for statement in statements(tree.body):
        for name, full in _imported(statement):
            if len(names) < MAX_NAMES:
                names.setdefault(name, full)
    return names


def _imported(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    if isinstance(statement, ast.Import):
        for alias in statement.names:
            if alias.asname is not None:
                yield alias.asname, alias.name
    elif isinstance(statement, ast.ImportFrom):
        module = "." * statement.level + (statement.module or "")
        separator = "" if module.endswith(".") else "."
        for alias in statement.names:
            if alias.name != "*":
                yield alias.asname or alias.name, f"{module}{separator}{alias.name}"


def _statements(body: list[ast.stmt], *, inside: bool) -> Iterator[_Placed]:
    """Yield the statements below `body` in source order, without recursion.

    Those of functions are left out unless `inside` is true.
    """
    stack: list[_Placed] = [(statement, False) for statement in reversed(body)]
    while stack:
        statement, instead = stack.pop()
        yield statement, instead
        if isinstance(statement, _FUNCTIONS) and not inside:
            continue
        for name in ("finalbody", "orelse", "handlers", "cases", "body"):
            other = instead or name in ("orelse", "handlers", "cases")
            for child in reversed(getattr(statement, name, None) or []):
                if isinstance(child, ast.stmt):
                    stack.append((child, other))
                elif isinstance(child, ast.ExceptHandler | ast.match_case):
                    stack += [(one, other) for one in reversed(child.body)]
