"""What the value of an expression is made of, for `weakspot.code.flow`.

Of what a function in sight is given, only that counts which may be in what it returns: a helper
that escapes its argument ends the way, wherever it stands.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from weakspot.code.blocks import last_name
from weakspot.code.flow_blocks import Reach
from weakspot.code.flow_bound import results
from weakspot.code.flow_file import Function, Inside, Place, Root
from weakspot.code.flow_given import ADDERS
from weakspot.code.flow_plain import is_plain
from weakspot.code.flow_sources import SANITISERS

_DEEPEST = 4  # helpers of helpers that are looked into
_MOST_VISITS = 200  # expressions looked at for one helper
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath"})
_LAST = frozenset({"name", "stem", "suffix"})
_SAME = frozenset({"staticmethod", "classmethod", "cache", "lru_cache", "wraps", "override"})
# What may hand on more than a function's own values do.
_OTHERWISE = ast.Yield | ast.YieldFrom | ast.Global | ast.Nonlocal | ast.Lambda | Function


class Helper(NamedTuple):
    """A function that a call leads to, and what is known of its scope."""

    node: Function
    inside: Inside


class Parts:
    """Takes expressions apart; `helper` finds the function that is called, if it is in sight."""

    def __init__(self, helper: Callable[[ast.Call, Inside], Helper | None]) -> None:
        self._helper = helper
        self._known: dict[Function, frozenset[str] | None] = {}
        self._now: dict[Function, frozenset[str] | None] = {}  # while one is looked into
        self._depth = 0

    def of(self, expression: ast.expr, inside: Inside) -> Iterator[ast.expr]:
        """Yield the names, attributes and calls that an expression's value comes from."""
        waiting: list[ast.AST] = [expression]
        drawn: set[ast.expr] = set()  # what names of comprehensions are drawn from
        while waiting:
            node = waiting.pop()
            if is_plain(node) or _is_cleaned(node, inside):
                continue
            if isinstance(node, ast.Call):
                yield node
                waiting += [*_owner(node), *self._arguments(node, inside)]
                continue
            if isinstance(node, ast.Attribute):
                yield node
            elif isinstance(node, ast.Name):
                if node not in inside.file.taken:
                    yield node
                elif (source := inside.file.taken[node]) is not None and source not in drawn:
                    drawn.add(source)
                    waiting.append(source)
                continue
            waiting += _parts_of(node)

    def _arguments(self, call: ast.Call, inside: Inside) -> list[ast.expr]:
        """Return the arguments of a call that may be in its value."""
        if _is_looked_up(call, inside):
            return call.args[1:]
        helper = self._helper(call, inside)
        handed = None if helper is None else self._handed_on(helper)
        if helper is None or handed is None:
            return [*call.args, *(keyword.value for keyword in call.keywords)]
        given = helper.node.args
        placed = [one.arg for one in (*given.posonlyargs, *given.args)]
        placed = placed[int(helper.inside.is_method and not is_static(helper.node)) :]
        others = given.vararg is not None and given.vararg.arg in handed
        found: list[ast.expr] = []
        is_open = False
        for at, one in enumerate(call.args):
            is_open = is_open or isinstance(one, ast.Starred)
            if is_open or (placed[at] in handed if at < len(placed) else others):
                found.append(one)
        named = {*placed, *(one.arg for one in given.kwonlyargs)}
        others = given.kwarg is not None and given.kwarg.arg in handed
        found += [
            one.value
            for one in call.keywords
            if one.arg is None or (one.arg in handed if one.arg in named else others)
        ]
        return found

    def given(self, expression: ast.expr, inside: Inside) -> list[ast.expr]:
        """Return what an expression that calls a function in sight gives it, used there or not."""
        call = expression.value if isinstance(expression, ast.Await) else expression
        if not isinstance(call, ast.Call) or self._helper(call, inside) is None:
            return []
        return [*call.args, *(keyword.value for keyword in call.keywords)]

    def _handed_on(self, helper: Helper) -> frozenset[str] | None:
        """Return the parameters that may be in what a function returns; None if any may be.

        What is found of a helper's helpers hangs on where looking ended, so it is kept only while
        that one is looked into: the answer is the same whatever was asked before.
        """
        if self._depth == 0:
            if helper.node not in self._known:
                self._now = {}
                self._known[helper.node] = self._looked_into(helper)
            return self._known[helper.node]
        if helper.node not in self._now and self._depth < _DEEPEST:
            return self._looked_into(helper)
        return self._now.get(helper.node)

    def _looked_into(self, helper: Helper) -> frozenset[str] | None:
        self._now[helper.node] = frozenset()  # as far as it calls itself
        self._depth += 1
        try:
            found = self._returned(helper) if _is_simple(helper) else None
        finally:
            self._depth -= 1
        self._now[helper.node] = found
        return found

    def _returned(self, helper: Helper) -> frozenset[str] | None:
        inside = helper.inside
        waiting = list(inside.returns)
        seen: set[tuple[str, Place]] = set()
        found: set[str] = set()
        for _ in range(_MOST_VISITS):
            if not waiting:
                return frozenset(found)
            value, place = waiting.pop()
            names = {one.id for one in self.of(value, inside) if isinstance(one, ast.Name)}
            for name in names:
                if (name, place) in seen:
                    continue
                seen.add((name, place))
                reach = Reach(place.block)
                for assignment in inside.before(name, place):
                    if not reach.comes(assignment.place.block):
                        continue
                    waiting.append((assignment.value, assignment.place))
                    if assignment.is_whole and reach.ends(assignment.place.block):
                        break
                else:
                    found.add(name)
        return None


def is_static(function: Function) -> bool:
    """Whether a method takes no object first."""
    return any(last_name(one) == "staticmethod" for one in function.decorator_list)


def _is_simple(helper: Helper) -> bool:
    """Whether what a function hands on is what it returns."""
    decorators = (
        one.func if isinstance(one, ast.Call) else one for one in helper.node.decorator_list
    )
    if not helper.inside.returns or any(last_name(one) not in _SAME for one in decorators):
        return False
    return not any(_hands_on(node, helper) for node in ast.walk(helper.node))


def _hands_on(node: ast.AST, helper: Helper) -> bool:
    """Whether a function hands something on here that is in none of its values."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method))):
            return name in helper.inside.assignments and method not in ADDERS
        case ast.Attribute():
            return isinstance(node.ctx, ast.Store)
    return isinstance(node, _OTHERWISE) and node is not helper.node


def _is_cleaned(node: ast.AST, inside: Inside) -> bool:
    """Whether what data could do is taken from it here: escapes, conversions, names of files."""
    if isinstance(node, ast.Attribute) and node.attr in _LAST and isinstance(node.value, ast.Call):
        name, root, _ = inside.file.dotted(node.value, inside)
        return name in _PATHS and root is Root.IMPORTED  # as `os.path.basename`
    if not isinstance(node, ast.Call):
        return False
    name, root, _ = inside.file.dotted(node, inside)
    return (name in SANITISERS and root is not Root.OWN) or _is_enum(node, inside)


def _is_enum(call: ast.Call, inside: Inside) -> bool:
    """Whether a call makes a member of an enumeration of this file: it takes no other value."""
    if not isinstance(call.func, ast.Name) or call.func in inside.file.taken:
        return False
    binder = inside.binder(call.func.id)
    made = None if binder is None else binder.made_class(call.func.id)
    return made is not None and any(last_name(one).endswith("Enum") for one in made.bases)


def _is_looked_up(call: ast.Call, inside: Inside) -> bool:
    """Whether a call is ``table.get(key)`` of a table that the file writes out."""
    match call.func:
        case ast.Attribute(value=ast.Dict(), attr="get"):
            return True
        case ast.Attribute(value=ast.Name(id=name) as owner, attr="get"):
            binder = None if owner in inside.file.taken else inside.binder(name)
            known = binder.assignments.get(name, ()) if binder else ()
            return bool(known) and all(isinstance(one.value, ast.Dict) for one in known)
    return False


def _owner(call: ast.Call) -> list[ast.expr]:
    return [call.func.value] if isinstance(call.func, ast.Attribute) else []


def _parts_of(node: ast.AST) -> Iterable[ast.AST]:
    """Return what the value of an expression is made of, the last first."""
    match node:
        case ast.Attribute():
            return [node.value]
        case ast.Subscript(value=ast.Name() | ast.Attribute() | ast.Dict(), ctx=ast.Load()):
            return [node.value]  # the key chooses among what is in there
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
            return results(node)
    return ast.iter_child_nodes(node)
