"""Which local name stands for which imported thing, so that aliases cannot hide a call."""

import ast
from collections.abc import Iterator

from weakspot.code.blocks import DEFINITIONS, FUNCTIONS, FunctionNode, bound, placed, statements

MAX_NAMES = 10_000  # of one scope; a generated module may import more, which stay unresolved

# What stands in these may not run, or binds names of its own.
_MAYBE = (*DEFINITIONS, ast.If, ast.For, ast.AsyncFor, ast.While, ast.Match)


def imported_names(scope: ast.Module | FunctionNode) -> dict[str, str]:
    """Map each local name that a module or function imports to its full dotted name.

    ``from subprocess import run as r`` gives ``{"r": "subprocess.run"}``. Imports of functions
    inside are theirs alone. Where a name is imported twice, the last import counts; of those that
    stand for each other (``try: … except ImportError:``, ``if … else``) the first one. Relative
    imports keep their dots.
    """
    names: dict[str, str] = {}
    for statement, instead in placed(scope.body, FUNCTIONS):
        for name, full in _imported(statement):
            if name in names and instead:
                continue
            if name in names or len(names) < MAX_NAMES:
                names[name] = full
    return names


def rebound_names(tree: ast.Module) -> frozenset[str]:
    """Return the imported names that are something else by the time a module's functions run.

    A definition or assignment behind the import binds them anew. One that may not run, or that
    stands in for an import that failed, leaves them what they are.
    """
    imported: dict[str, tuple[int, int]] = {}  # where last
    for statement in statements(tree.body, FUNCTIONS):
        for name, _ in _imported(statement):
            imported[name] = (statement.lineno, statement.col_offset)
    found: set[str] = set()
    for statement, instead in placed(tree.body, _MAYBE) if imported else ():
        if not instead:
            at = (statement.lineno, statement.col_offset)
            found.update(name for name in bound(statement) if imported.get(name, at) < at)
    return frozenset(found)


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
