"""What gives names values, and which, for `weakspot.code.flow`."""

import ast
from collections.abc import Iterator

from weakspot.code.blocks import captured
from weakspot.code.flow_blocks import Block, Role

ADDERS = frozenset({"append", "extend", "add", "update", "insert", "appendleft"})

_NOTHING = ast.Constant(None)  # an error: nothing leads into it

Given = tuple[ast.expr, ast.expr]  # target and value


def given(node: ast.stmt) -> Iterator[Given]:
    """Yield (target, value) of all that a statement gives a value."""
    match node:
        case ast.Assign():
            yield from _assigned(node)
        case ast.AnnAssign(value=ast.expr() as value):
            yield node.target, value
        case ast.AugAssign():
            yield node.target, ast.BinOp(_loaded(node.target), node.op, node.value)
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                if item.optional_vars is not None:
                    yield item.optional_vars, item.context_expr
        case ast.Expr(value=ast.Call(func=ast.Attribute(ast.Name() as name, attr=method)) as call):
            if method in ADDERS and call.args:  # the list now holds what came in, too
                yield name, ast.Tuple([name, *call.args], ast.Load())
        case _:
            pass


def given_on_entry(block: Block) -> Iterator[Given]:
    """Yield (target, value) of all that gets a value where a block begins."""
    node = block.fork.node if block.fork is not None else None
    match (node, block.part):
        case (ast.For() | ast.AsyncFor() as loop, _) if block.role is Role.BODY:
            yield loop.target, loop.iter
        case (ast.Match(subject=subject), ast.match_case(pattern=pattern)):
            for name in captured(pattern):
                yield ast.Name(name, ast.Store()), subject
        case (_, ast.ExceptHandler(name=str() as name)):
            yield ast.Name(name, ast.Store()), _NOTHING


def _assigned(node: ast.Assign) -> Iterator[Given]:
    for target in node.targets:
        row = isinstance(node.value, ast.Tuple | ast.List) and node.value.elts
        if row and isinstance(target, ast.Tuple | ast.List):
            yield from _paired(target.elts, row) or [(target, node.value)]
        else:
            yield target, node.value


def _paired(names: list[ast.expr], values: list[ast.expr]) -> list[Given]:
    """Return which of some names gets which of some values; nothing where that cannot be told."""
    stars = [at for at, one in enumerate(names) if isinstance(one, ast.Starred)]
    if any(isinstance(one, ast.Starred) for one in values):
        return []
    if not stars:
        return list(zip(names, values, strict=True)) if len(names) == len(values) else []
    at, behind = stars[0], len(names) - stars[0] - 1
    end = len(values) - behind
    if end < at:
        return []
    rest: Given = (names[at], ast.List(values[at:end], ast.Load()))
    before = zip(names[:at], values[:at], strict=True)
    return [*before, rest, *zip(names[at + 1 :], values[end:], strict=True)]


def _loaded(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target


def names_of(target: ast.expr) -> Iterator[ast.Name]:
    """Yield the names that a target binds, or whose items it sets."""
    if isinstance(target, ast.Name):
        yield target
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        yield target.value
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from names_of(element)
    elif isinstance(target, ast.Starred):
        yield from names_of(target.value)
