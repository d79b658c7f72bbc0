"""Cuts one definition out of a module, with the imports and assignments that it needs."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import DataError

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of a file; `lines` maps the file's 1-based line numbers to those of `code`."""

    code: str
    lines: Mapping[int, int]


def parsed(text: str, path: Path) -> ast.Module:
    """Return the tree of a source, of which nothing runs; raises DataError if it does not parse."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None) or 1
        raise DataError(f"{path}:{line}: does not parse: {error}") from error


def cut(text: str, tree: ast.Module, node: ast.stmt, avoid: Collection[int] = ()) -> Cut:
    """Return a statement of the module below the imports and assignments whose names it uses.

    Those that span a line of `avoid` are left out. What is defined by other means (functions,
    classes, names in `try`) is not looked for.
    """
    taken = [node]
    wanted = _used(node)
    givers = [
        one
        for one in tree.body
        if isinstance(one, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign)
        and one is not node
        and not spans(one).intersection(avoid)
    ]
    size = 0
    while size != len(taken):  # an assignment may itself need an import
        size = len(taken)
        for one in givers:
            if one not in taken and wanted.intersection(_bound(one)):
                taken.append(one)
                wanted |= _used(one)
    return keep(text, {line for one in taken for line in spans(one)})


def keep(text: str, numbers: Collection[int]) -> Cut:
    """Return the given lines of a file, in order."""
    every = text.split("\n")
    chosen = sorted(number for number in numbers if number <= len(every))
    code = "\n".join(every[number - 1] for number in chosen).rstrip() + "\n"
    return Cut(code, {number: at for at, number in enumerate(chosen, 1)})


def spans(node: ast.stmt) -> frozenset[int]:
    """Return the 1-based lines of a statement, with its decorators."""
    first = node.lineno
    if isinstance(node, Definition):
        first = min([first, *(one.lineno for one in node.decorator_list)])
    return frozenset(range(first, (node.end_lineno or node.lineno) + 1))


def _used(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        for one in node.names:
            yield (one.asname or one.name).split(".")[0]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                    yield name.id
