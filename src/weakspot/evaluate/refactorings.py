"""Refactorings that leave what a program does as it is: other order, more helpers, fewer helpers.

Each takes a source that parses and returns one that parses; where it finds nothing that it can be
sure of it returns the source as it was.
"""

import ast
import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence, Set

_PURE = (ast.Constant, ast.Name)
_Function = ast.FunctionDef | ast.AsyncFunctionDef
# What must not move into another function: it would mean something else there.
_BOUND_TO_PLACE = (
    ast.Await,
    ast.Yield,
    ast.YieldFrom,
    ast.NamedExpr,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)
_NEED_THEIR_FRAME = frozenset({"super", "locals", "vars", "dir", "eval", "exec", "__class__"})


def reordered(code: str) -> str:
    """Swap neighbouring assignments that do not know each other."""
    tree = ast.parse(code)
    changed = False
    for node in ast.walk(tree):
        for body in _bodies(node):
            for at in range(len(body) - 1):
                if _are_apart(body[at], body[at + 1]):
                    body[at], body[at + 1] = body[at + 1], body[at]
                    changed = True
    return _text(tree) if changed else code


def extracted(code: str) -> str:
    """Move the right side of the longest assignment of every function into a new function."""
    tree = ast.parse(code)
    module = set(dir(builtins)).union(*(_of_module(node) for node in tree.body))
    taken = _names(tree)
    fresh = (name for at in range(10**6) if (name := f"part_{at}") not in taken)
    helpers: list[ast.stmt] = []
    for function in [node for node in ast.walk(tree) if isinstance(node, _Function)]:
        own = _locals(function)
        found = [one for one in _own(function) if _can_move(one.value, own, module)]
        if not found:
            continue
        longest = max(found, key=lambda one: len(ast.unparse(one.value)))
        names = sorted(_names(longest.value) & own)
        name = next(fresh)
        helpers.append(_helper(name, names, longest.value))
        given: list[ast.expr] = [ast.Name(one, ast.Load()) for one in names]
        longest.value = ast.Call(ast.Name(name, ast.Load()), given, [])
    if not helpers:
        return code
    at = _first_place(tree.body)
    tree.body[at:at] = helpers
    return _text(tree)


def _of_module(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module gives it."""
    if isinstance(node, _Function | ast.ClassDef):
        yield node.name
    else:
        yield from _bound(node)


def inlined(code: str) -> str:
    """Put the expression of functions that only return one in the place of their calls."""
    tree = ast.parse(code)
    inside = Inliner(dict(_one_liners(tree)))
    made = inside.visit(tree)
    return _text(made) if inside.done else code


class Inliner(ast.NodeTransformer):
    """Replaces calls whose arguments are names or constants; `done` counts them."""

    def __init__(self, known: Mapping[str, ast.FunctionDef]) -> None:
        self.done = 0
        self._known = known

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return the called function's expression with the arguments in it."""
        self.generic_visit(node)
        helper = self._known.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if helper is None or node.keywords or len(node.args) != len(helper.args.args):
            return node
        if not all(isinstance(argument, _PURE) for argument in node.args):
            return node
        names = (parameter.arg for parameter in helper.args.args)
        given = dict(zip(names, node.args, strict=True))
        self.done += 1
        return _filled(_returned(helper), given)


def _filled(value: ast.expr, given: Mapping[str, ast.expr]) -> ast.expr:
    class Filler(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return given.get(node.id, node)

    copy = ast.parse(ast.unparse(value), mode="eval").body
    filled: ast.expr = Filler().visit(copy)
    return filled


def _one_liners(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the functions that can stand in the place of their calls."""
    bound = {
        name for node in ast.walk(tree) if isinstance(node, _Function) for name in _locals(node)
    }
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or node.decorator_list:
            continue
        if len(node.body) != 1 or not isinstance(node.body[0], ast.Return):
            continue
        arguments = node.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
            continue
        value = _returned(node)
        if arguments.defaults or _is_bound(value) or list(_bound(tree)).count(node.name) > 1:
            continue
        free = _names(value) - {parameter.arg for parameter in arguments.args}
        # A name of the module must mean the same where the call stands.
        if node.name not in free and not free & bound:
            yield node.name, node


def _returned(function: ast.FunctionDef) -> ast.expr:
    """Return what a function of one statement returns."""
    match function.body[-1]:
        case ast.Return(value=ast.expr() as value):
            return value
        case _:
            return ast.Constant(None)


def _bodies(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        body = getattr(node, field, None)
        if isinstance(body, list):
            yield body


def _are_apart(one: ast.stmt, other: ast.stmt) -> bool:
    """Whether two statements give different names values that nothing can observe between."""
    first, second = _named(one), _named(other)
    if not first or not second or first == second:
        return False
    return first not in _names(other) and second not in _names(one)


def _named(node: ast.stmt) -> str:
    """Return the name that a statement does nothing but give a plain value; else nothing."""
    if not isinstance(node, ast.Assign) or len(node.targets) != 1:
        return ""
    target = node.targets[0]
    kinds = (ast.Constant, ast.Name, ast.Tuple, ast.List, ast.Dict, ast.Load)
    plain = all(isinstance(one, kinds) for one in ast.walk(node.value))
    return target.id if plain and isinstance(target, ast.Name) else ""


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _own(function: _Function) -> Iterator[ast.Assign]:
    """Yield the assignments of a function that are not those of a function inside."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Assign):
            yield node
        elif not isinstance(node, _Function | ast.ClassDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _can_move(value: ast.expr, own: Set[str], module: Set[str]) -> bool:
    """Whether an expression reads nothing but what a function of the module can be given."""
    if isinstance(value, _PURE) or _is_bound(value):
        return False
    names = _names(value)
    attributes = {one.attr for one in ast.walk(value) if isinstance(one, ast.Attribute)}
    private = any(one.startswith("__") and not one.endswith("__") for one in names | attributes)
    return names <= own | module and not private and not names & _NEED_THEIR_FRAME


def _is_bound(value: ast.expr) -> bool:
    return any(isinstance(one, _BOUND_TO_PLACE) for one in ast.walk(value))


def _helper(name: str, parameters: Sequence[str], value: ast.expr) -> ast.stmt:
    made = ast.parse(f"def {name}({', '.join(parameters)}):\n    return None").body[0]
    if isinstance(made, ast.FunctionDef):
        made.body = [ast.Return(value)]
    return made


def _first_place(body: Sequence[ast.stmt]) -> int:
    """Return where a definition may stand at the earliest."""
    for at, node in enumerate(body):
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not is_text and not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            return at
    return len(body)


def _locals(function: _Function) -> set[str]:
    """Return the names that a function, or one inside it, binds; declared ones are not its own."""
    told = {
        name
        for node in ast.walk(function)
        if isinstance(node, ast.Global | ast.Nonlocal)
        for name in node.names
    }
    return {name for child in function.body for name in _bound(child)} - told | {
        node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)
    }


def _bound(tree: ast.AST) -> Iterator[str]:
    """Yield the names that anything below a node is bound to."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=str(name), ctx=ast.Store()):
                yield name
            case ast.arg(arg=str(name)) | ast.ExceptHandler(name=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name
            case ast.MatchMapping(rest=str(name)):
                yield name
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.alias():
                yield node.asname or node.name.partition(".")[0]
            case _:
                pass


REFACTORINGS: Mapping[str, Callable[[str], str]] = {
    "reorder": reordered,
    "extract helpers": extracted,
    "inline helpers": inlined,
}


def _text(tree: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(tree)) + "\n"
