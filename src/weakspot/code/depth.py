"""Cuts expressions that are nested so deeply that a recursive visitor could not walk them.

CPython parses a sum of a thousand terms into a tree a thousand levels deep. Whether a visitor
then runs out of stack depends on how deep the caller already is, and a report must not depend on
that. So the limit is fixed here, and everything behind it may recurse over expressions.
"""

import ast
from itertools import accumulate

from weakspot.code.blocks import statements

MAX_NESTING = 200  # levels of one expression; ordinary code stays below 40


def cut_deep(tree: ast.Module, text: str, limit: int = MAX_NESTING) -> list[tuple[int, int]]:
    """Replace each expression deeper than `limit` by ``...``, in place.

    Returns the first and last line of each, 1-based. Never recurses, whatever the tree.
    """
    cut: list[tuple[int, int]] = []
    ends: list[int] = []
    for statement in statements(tree.body):
        # A level takes at least one character, so that most statements need no walk.
        if statement.end_lineno == statement.lineno and not hasattr(statement, "body"):
            size = (statement.end_col_offset or 0) - statement.col_offset
        else:
            if not ends:
                ends = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
            size = _size(statement, ends)
        if size > limit:
            cut += _cut(statement, limit)
    return cut


def is_deeper(node: ast.AST, limit: int) -> bool:
    """Say whether a tree has more than `limit` levels below `node`, without recursion."""
    level = [node]
    for _ in range(limit + 1):
        level = [child for parent in level for child in ast.iter_child_nodes(parent)]
        if not level:
            return False
    return True


def _size(statement: ast.stmt, ends: list[int]) -> int:
    """Return at least the number of characters of a statement's own expressions."""
    first, last = statement.lineno, statement.end_lineno or statement.lineno
    decorators = getattr(statement, "decorator_list", None)
    if decorators:
        first = min(first, decorators[0].lineno)
    body = getattr(statement, "body", None)
    # The patterns of `match` and the types of `except` stand behind the first block.
    if body and not isinstance(statement, ast.Try | ast.TryStar):
        last = body[0].lineno
    last = min(last, len(ends) - 1)
    return ends[last] - ends[min(first, last) - 1]


def _cut(statement: ast.stmt, limit: int) -> list[tuple[int, int]]:
    cut: list[tuple[int, int]] = []
    stack: list[ast.AST] = [statement]
    while stack:
        node = stack.pop()
        for name, value in ast.iter_fields(node):
            for index, child in enumerate(value if isinstance(value, list) else [value]):
                if isinstance(child, ast.expr | ast.pattern):
                    if not is_deeper(child, limit):
                        continue
                    stub = _stub(child)
                    if isinstance(value, list):
                        value[index] = stub
                    else:
                        setattr(node, name, stub)
                    cut.append((child.lineno, child.end_lineno or child.lineno))
                elif isinstance(child, ast.AST) and not isinstance(child, ast.stmt):
                    stack.append(child)
    return cut


def _stub(node: ast.expr | ast.pattern) -> ast.expr | ast.pattern:
    if isinstance(node, ast.pattern):
        return ast.copy_location(ast.MatchAs(pattern=None, name=None), node)
    # A target that is cut stays a target.
    if isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        return ast.copy_location(ast.Name("_", node.ctx), node)  # type: ignore[attr-defined]
    return ast.copy_location(ast.Constant(...), node)
