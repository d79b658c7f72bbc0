"""Which local name stands for which imported thing, so that aliases cannot hide a call."""

import ast
from collections.abc import Iterator

MAX_NAMES = 2_000  # a generated module may import more; what is beyond stays unresolved


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield all statements below `body` in source order, without recursion."""
    stack = list(reversed(body))
    while stack:
        statement = stack.pop()
        yield statement
        for field in ("finalbody", "orelse", "handlers", "body", "cases"):
            children = getattr(statement, field, None)
            if isinstance(children, list):
                for child in reversed(children):
                    if isinstance(child, ast.stmt):
                        stack.append(child)
                    elif isinstance(child, ast.ExceptHandler | ast.match_case):
                        stack.extend(reversed(child.body))


def imported_names(tree: ast.Module) -> dict[str, str]:
    """Map each imported local name to its full dotted name.

    ``from subprocess import run as r`` gives ``{"r": "subprocess.run"}``. Imports anywhere in the
    file count, in functions too; where a name is imported twice (``try: … except ImportError:``)
    the first one counts. Relative imports keep their dots.
    """
    names: dict[str, str] = {}
    for statement in statements(tree.body):
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                if alias.asname is not None:
                    names.setdefault(alias.asname, alias.name)
        elif isinstance(statement, ast.ImportFrom):
            module = "." * statement.level + (statement.module or "")
            separator = "" if module.endswith(".") else "."
            for alias in statement.names:
                if alias.name != "*":
                    name = alias.asname or alias.name
                    names.setdefault(name, f"{module}{separator}{alias.name}")
        if len(names) > MAX_NAMES:
            break
    return names
