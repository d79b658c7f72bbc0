"""What one file defines, calls and gives values: what `weakspot.code.flow` follows data through.

A file is read once, without recursion over its depth; nothing is run or imported.
"""

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from weakspot.code.imports import names_imported_anywhere

Function = ast.FunctionDef | ast.AsyncFunctionDef
Scope = Function | ast.Module

_ADDERS = frozenset({"append", "extend", "add", "update", "insert", "appendleft"})


@dataclass(frozen=True, slots=True)
class Definition:
    """A place that gives a name a value; `always` if nothing but its scope decides that it runs."""

    line: int
    value: ast.expr
    always: bool


@dataclass(slots=True)
class Inside:
    """What is known of one scope, and the file that it is in."""

    file: "FlowFile"
    owner: ast.ClassDef | None
    definitions: dict[str, list[Definition]] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)

    def before(self, name: str, line: int) -> Iterator[Definition]:
        """Yield what gives a name a value above a line, the nearest first."""
        known = self.definitions.get(name, [])
        for at in range(bisect_left(known, line, key=lambda one: one.line) - 1, -1, -1):
            yield known[at]


class FlowFile:
    """The definitions, calls and scopes of one file.

    `path` is "" for the file that is asked about; `links` leads from the name of a module, as this
    file imports it, to the path of another.
    """

    def __init__(
        self, tree: ast.Module, path: str = "", links: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self.links = links or {}
        self.inside: dict[Scope, Inside] = {}
        self.functions: defaultdict[str, list[Function]] = defaultdict(list)
        self.calls: defaultdict[str, list[tuple[ast.Call, Scope]]] = defaultdict(list)
        self.attributes: defaultdict[str, list[tuple[Definition, Scope]]] = defaultdict(list)
        self.statements: defaultdict[int, list[tuple[ast.stmt, Scope]]] = defaultdict(list)
        self._imports = names_imported_anywhere(tree)
        self._read(tree)

    def dotted(self, node: ast.expr) -> str:
        """Return the full dotted name of an expression, or of the function that it calls."""
        parts: list[str] = []
        at: ast.AST = node.func if isinstance(node, ast.Call) else node
        while isinstance(at, ast.Attribute):
            parts.append(at.attr)
            at = at.value
        if not isinstance(at, ast.Name):
            return ".".join(["", *reversed(parts)]) if parts else ""
        return ".".join([self._imports.get(at.id, at.id), *reversed(parts)])

    def imported(self, call: ast.Call) -> tuple[str, str] | None:
        """Return the path and the name of the function of another file that is called."""
        module, _, name = self.dotted(call).rpartition(".")
        place = self.links.get(module)
        return None if place is None else (place, name)

    def _read(self, tree: ast.Module) -> None:
        """Look at every statement once, without recursion."""
        waiting: list[tuple[ast.stmt, Scope, ast.ClassDef | None, bool]] = []
        self.inside[tree] = Inside(self, None)
        waiting += [(node, tree, None, True) for node in reversed(tree.body)]
        while waiting:
            node, scope, owner, always = waiting.pop()
            for line in range(node.lineno, _last_line(node) + 1):
                self.statements[line].append((node, scope))
            self._note(node, scope, always)
            inner: Scope = scope
            if isinstance(node, Function):
                self.inside[node] = Inside(self, owner)
                self.functions[node.name].append(node)
                inner, always = node, True
            elif isinstance(node, ast.ClassDef):
                owner = node
            else:
                always = False
            waiting += [(child, inner, owner, always) for child in reversed(_children(node))]
        for inside in self.inside.values():
            for definitions in inside.definitions.values():
                definitions.sort(key=lambda one: one.line)

    def _note(self, node: ast.stmt, scope: Scope, always: bool) -> None:
        inside = self.inside[scope]
        for target, value in _given(node):
            definition = Definition(node.lineno, value, always)
            for name in _names_of(target):
                inside.definitions.setdefault(name, []).append(definition)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self.attributes[f"{target.value.id}.{target.attr}"].append((definition, scope))
        if isinstance(node, ast.Return) and node.value is not None:
            inside.returns.append(node.value)
        for expression in own_expressions(node):
            for one in ast.walk(expression):
                if isinstance(one, ast.NamedExpr) and isinstance(one.target, ast.Name):
                    known = inside.definitions.setdefault(one.target.id, [])
                    known.append(Definition(node.lineno, one.value, False))
                elif isinstance(one, ast.Call) and (name := last_name(one.func)):
                    self.calls[name].append((one, scope))


def _children(node: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        found += getattr(node, name, [])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        found += part.body
    return found


def own_expressions(node: ast.stmt) -> list[ast.expr]:
    """Return a statement's own expressions: of a compound one those of its head."""
    if isinstance(node, Function | ast.ClassDef):
        return list(node.decorator_list)
    found: list[ast.expr] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, ast.withitem):
            found.append(child.context_expr)
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    plain = [one for one in found if one not in targets]
    return [*plain, *(one for one in targets if isinstance(one, ast.Subscript))]


def _last_line(node: ast.stmt) -> int:
    """Return the last line of a statement's own code, without the statements below it."""
    first = next(iter(_children(node)), None)
    end = node.end_lineno or node.lineno
    return end if first is None else max(node.lineno, min(end, first.lineno - 1))


_Given = tuple[ast.expr, ast.expr]  # target and value


def _given(node: ast.stmt) -> Iterator[_Given]:
    """Yield (target, value) of all that a statement gives a value."""
    match node:
        case ast.Assign():
            yield from _assigned(node)
        case ast.AnnAssign(value=ast.expr() as value):
            yield node.target, value
        case ast.AugAssign():
            yield node.target, ast.BinOp(_loaded(node.target), node.op, node.value)
        case ast.For() | ast.AsyncFor():
            yield node.target, node.iter
        case _:
            yield from _given_in_passing(node)


def _given_in_passing(node: ast.stmt) -> Iterator[_Given]:
    match node:
        case ast.With() | ast.AsyncWith():
            for item in node.items:
                if item.optional_vars is not None:
                    yield item.optional_vars, item.context_expr
        case ast.Match():
            for one in (one for case in node.cases for one in ast.walk(case.pattern)):
                if isinstance(one, ast.MatchAs | ast.MatchStar) and one.name:
                    yield ast.Name(one.name, ast.Store()), node.subject
        case ast.Expr(value=ast.Call(func=ast.Attribute(ast.Name() as name, attr=method)) as call):
            if method in _ADDERS and call.args:  # the list now holds what came in, too
                yield name, ast.Tuple([name, *call.args], ast.Load())
        case _:
            pass


def _assigned(node: ast.Assign) -> Iterator[_Given]:
    for target in node.targets:
        pair = (target, node.value)
        match pair:
            case (ast.Tuple(elts=names), ast.Tuple(elts=values)) if len(names) == len(values):
                yield from zip(names, values, strict=True)
            case _:
                yield pair


def _loaded(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target


def _names_of(target: ast.expr) -> Iterator[str]:
    """Yield the names that a target binds, or whose items it sets."""
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name):
        yield target.value.id
    elif isinstance(target, ast.Tuple | ast.List):
        for element in target.elts:
            yield from _names_of(element)
    elif isinstance(target, ast.Starred):
        yield from _names_of(target.value)


def last_name(node: ast.expr) -> str:
    """Return the last part of a dotted name; "" of any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
