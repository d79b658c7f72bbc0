"""The nodes inside of a node, in the order of `ast`, found more quickly.

Contexts (``ast.Load``) and operators are left out: who needs an operator reads its node's field.
"""

import ast
from collections import deque
from collections.abc import Iterator

_NO_NODES = frozenset(
    ("arg", "attr", "ctx", "id", "is_async", "kind", "level", "module", "op", "ops", "simple")
)


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes that a node holds itself, in the order of its fields."""
    found: list[ast.AST] = []
    for name in _FIELDS[type(node)]:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
    return found


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all inside of it, breadth first, as `ast.walk` does."""
    todo = deque([node])
    while todo:
        node = todo.popleft()
        todo += children(node)
        yield node


class _Fields(dict[type[ast.AST], tuple[str, ...]]):
    """Names of the fields that may hold nodes, by class."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = tuple(name for name in kind._fields if name not in _NO_NODES)
        return self[kind]


_FIELDS = _Fields()
