"""Names that comprehensions and lambdas bind for themselves, for `weakspot.code.flow`."""

import ast
from collections.abc import Iterator, Mapping

Comprehension = ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
Taken = dict[ast.Name, ast.expr | None]

_Bound = Mapping[str, ast.expr | None]


def walk(expression: ast.expr, taken: Taken) -> Iterator[ast.AST]:
    """Yield an expression and all below it, without recursion.

    Each name that a comprehension binds is put into `taken` with what it is drawn from, each
    that a lambda does with None.
    """
    waiting: list[tuple[ast.AST, _Bound]] = [(expression, {})]
    while waiting:
        node, bound = waiting.pop()
        yield node
        if isinstance(node, ast.Name):
            if node.id in bound:
                taken[node] = bound[node.id]
        elif isinstance(node, Comprehension):
            for part in node.generators:
                waiting.append((part.iter, bound))
                bound = {**bound, **dict.fromkeys(_names(part.target), part.iter)}
                waiting += [(one, bound) for one in (part.target, *part.ifs)]
            waiting += [(one, bound) for one in results(node)]
        elif isinstance(node, ast.Lambda):
            given = node.args
            waiting += [(one, bound) for one in (*given.defaults, *given.kw_defaults) if one]
            waiting.append((node.body, {**bound, **dict.fromkeys(parameters(given))}))
        else:
            waiting += [(child, bound) for child in ast.iter_child_nodes(node)]


def results(node: Comprehension) -> tuple[ast.expr, ...]:
    """Return what a comprehension is made of."""
    return (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)


def parameters(given: ast.arguments) -> list[str]:
    """Return the names of all parameters."""
    placed = [*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg]
    return [one.arg for one in placed if one is not None]


def _names(target: ast.expr) -> Iterator[str]:
    return (one.id for one in ast.walk(target) if isinstance(one, ast.Name))
