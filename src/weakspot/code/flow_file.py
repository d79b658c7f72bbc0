"""What one file defines, calls and gives values: what `weakspot.code.flow` follows data through.

A file is read once, without recursion over its depth; nothing is run or imported.
"""

import ast
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import NamedTuple

from weakspot.code.blocks import last_name
from weakspot.code.flow_blocks import Block, Fork
from weakspot.code.flow_bound import Taken, parameters, walk
from weakspot.code.flow_given import given, given_on_entry, names_of
from weakspot.code.flow_sources import CLIENTS, FRAMEWORKS, REQUEST_NAMES

_MOST_CLASSES = 20  # looked at for one method

Function = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode = Function | ast.ClassDef | ast.Module


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where a statement stands."""

    inside: "Inside"
    block: Block
    line: int
    column: int

    @property
    def at(self) -> tuple[int, int]:
        """Line and column: what is given before, and what later."""
        return self.line, self.column


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """A statement that gives a name a value, or with not `is_whole` one of its items."""

    value: ast.expr
    place: Place
    is_whole: bool = True

    @property
    def line(self) -> int:
        """The line of the statement."""
        return self.place.line


@dataclass(slots=True, eq=False)
class Inside:
    """What is known of one scope, and the file that it is in.

    `place` is that of its own statement; `owner` the class that `self` means. `names` are those
    that it binds by anything but an import, a `def` or a `class`.
    """

    file: "FlowFile"
    node: ScopeNode
    place: Place | None = None
    owner: ast.ClassDef | None = None
    assignments: dict[str, list[Assignment]] = field(default_factory=dict)
    functions: dict[str, list[Function]] = field(default_factory=dict)
    classes: dict[str, list[ast.ClassDef]] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    returns: list[tuple[ast.expr, Place]] = field(default_factory=list)

    @property
    def is_method(self) -> bool:
        """Whether the scope is a function of a class."""
        return self.place is not None and isinstance(self.place.inside.node, ast.ClassDef)

    def before(self, name: str, place: Place) -> Iterator[Assignment]:
        """Yield what gives a name a value above a place, the nearest first."""
        known = self.assignments.get(name, [])
        for at in range(bisect_left(known, place.at, key=_at) - 1, -1, -1):
            yield known[at]

    def binds(self, name: str) -> bool:
        """Whether the scope gives a name a meaning of its own."""
        made = name in self.functions or name in self.classes
        return made or name in self.imports or name in self.names

    def binder(self, name: str) -> "Inside | None":
        """Return the scope that binds a name as it is read here; None of builtins."""
        at: Inside | None = self
        while at is not None:
            is_seen = at is self or not isinstance(at.node, ast.ClassDef)
            if is_seen and at.binds(name):
                return at
            at = None if at.place is None else at.place.inside
        return None

    def function(self, name: str) -> Function | None:
        """Return the function that a name of this scope can only be."""
        known = self.functions.get(name, ())
        return known[0] if len(known) == 1 and self._is_made(name) else None

    def made_class(self, name: str) -> ast.ClassDef | None:
        """Return the class that a name of this scope can only be."""
        known = self.classes.get(name, ())
        return known[0] if len(known) == 1 and self._is_made(name) else None

    def _is_made(self, name: str) -> bool:
        is_one = (name in self.functions) != (name in self.classes)
        return is_one and name not in self.imports and name not in self.names


def _at(assignment: Assignment) -> tuple[int, int]:
    return assignment.place.at


class Root(Enum):
    """Where the first part of a dotted name comes from; `FREE` are builtins and unknown names."""

    IMPORTED = auto()
    OWN = auto()
    FREE = auto()


class Dotted(NamedTuple):
    """A full dotted name, as imports give it.

    `is_request` is false where a `request` at its start is not what a client of this program sent.
    """

    name: str
    root: Root
    is_request: bool = True


class FlowFile:
    """The assignments, calls and scopes of one file.

    `links` leads from the name of a module, as this file imports it, to the path of another.
    """

    def __init__(
        self, tree: ast.Module, path: str = "", links: Mapping[str, str] | None = None
    ) -> None:
        self.path = path
        self.links = links or {}
        self.module = Inside(self, tree)
        self.inside: dict[ScopeNode, Inside] = {tree: self.module}
        self.calls: defaultdict[str, list[tuple[ast.Call, Place]]] = defaultdict(list)
        self.attributes: defaultdict[str, list[Assignment]] = defaultdict(list)
        self.statements: defaultdict[int, list[tuple[ast.stmt, Place]]] = defaultdict(list)
        self.taken: Taken = {}
        self._modules: set[str] = set()
        self._read(tree)

    def dotted(self, node: ast.expr, inside: Inside) -> Dotted:
        """Return the full dotted name of an expression, or of the function that it calls."""
        parts: list[str] = []
        at: ast.AST = node.func if isinstance(node, ast.Call) else node
        while isinstance(at, ast.Attribute):
            parts.append(at.attr)
            at = at.value
        parts.reverse()
        if not isinstance(at, ast.Name):
            name = ".".join(["", *parts]) if parts else ""
            return Dotted(name, Root.OWN, not self._is_client)
        binder = None if at in self.taken else inside.binder(at.id)
        if binder is not None and at.id in binder.imports:
            return Dotted(".".join([binder.imports[at.id], *parts]), Root.IMPORTED)
        is_own = at in self.taken or binder is not None
        is_request = not self._is_client
        if at.id in REQUEST_NAMES:
            is_request &= at not in self.taken and (binder is None or _is_request(at.id, binder))
        return Dotted(".".join([at.id, *parts]), Root.OWN if is_own else Root.FREE, is_request)

    def imported(self, call: ast.Call, inside: Inside) -> tuple[str, str] | None:
        """Return the path and the name of the function of another file that is called."""
        dotted = self.dotted(call, inside)
        module, _, name = dotted.name.rpartition(".")
        place = self.links.get(module) if dotted.root is Root.IMPORTED else None
        return None if place is None else (place, name)

    def called(self, call: ast.Call, inside: Inside) -> Function | None:
        """Return the function of this file that is called, where that can only be one.

        That is one that the name means there or, through `self` and `cls`, a method of the class
        or of those in this file that it is made from.
        """
        if isinstance(call.func, ast.Name) and call.func not in self.taken:
            binder = inside.binder(call.func.id)
            return None if binder is None else binder.function(call.func.id)
        match call.func:
            case ast.Attribute(value=ast.Name(id="self" | "cls") as owner, attr=name):
                if inside.owner is not None and owner not in self.taken:
                    return self._method(inside.owner, name)
        return None

    def _method(self, owner: ast.ClassDef, name: str) -> Function | None:
        waiting: list[ast.ClassDef | None] = [owner]
        for _ in range(_MOST_CLASSES):
            if not waiting or (at := waiting.pop()) is None:
                return None  # a class of another file may have a method of that name
            inside = self.inside[at]
            if inside.binds(name):
                return inside.function(name)
            waiting += [_base(one, inside) for one in reversed(at.bases)]
        return None

    @cached_property
    def is_served(self) -> bool:
        """Whether the file imports a web framework."""
        return any(_is_of(module, FRAMEWORKS) for module in self._modules)

    @cached_property
    def _is_client(self) -> bool:
        """Whether requests in this file are those that it makes."""
        return not self.is_served and any(_is_of(module, CLIENTS) for module in self._modules)

    def _read(self, tree: ast.Module) -> None:
        """Look at every statement once, without recursion."""
        root = Block(tree.body)
        waiting = [(node, self.module, root) for node in reversed(root.body)]
        while waiting:
            node, inside, block = waiting.pop()
            place = Place(inside, block, node.lineno, node.col_offset)
            for line in range(node.lineno, _last_line(node) + 1):
                self.statements[line].append((node, place))
            self._note(node, place)
            if isinstance(node, Function | ast.ClassDef):
                inside = self._enter(node, place)
                blocks = [Block(node.body)]
            else:
                blocks = Fork(node, block).blocks
                self._note_entries(blocks, place)
            for branch in reversed(blocks):
                waiting += [(child, inside, branch) for child in reversed(branch.body)]
        for inside in self.inside.values():
            for known in inside.assignments.values():
                known.sort(key=_at)

    def _enter(self, node: Function | ast.ClassDef, place: Place) -> Inside:
        around = place.inside
        owner = around.node if isinstance(around.node, ast.ClassDef) else around.owner
        self.inside[node] = inside = Inside(self, node, place, owner)
        if place.block.is_certain:
            around.imports.pop(node.name, None)
        if isinstance(node, ast.ClassDef):
            around.classes.setdefault(node.name, []).append(node)
        else:
            around.functions.setdefault(node.name, []).append(node)
            inside.names.update(parameters(node.args))
        return inside

    def _note(self, node: ast.stmt, place: Place) -> None:
        inside = place.inside
        for target, value in given(node):
            _assign(target, value, place)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self.attributes[f"{target.value.id}.{target.attr}"].append(Assignment(value, place))
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._note_imports(node, place)
        elif isinstance(node, ast.Return) and node.value is not None:
            inside.returns.append((node.value, place))
        for expression in own_expressions(node):
            self._note_expression(expression, place)

    def _note_expression(self, expression: ast.expr, place: Place) -> None:
        for one in walk(expression, self.taken):
            if isinstance(one, ast.NamedExpr):
                _assign(one.target, one.value, place)
            elif isinstance(one, ast.Call) and (name := last_name(one.func)):
                self.calls[name].append((one, place))

    def _note_entries(self, blocks: list[Block], place: Place) -> None:
        for block in blocks:
            at = block.part.pattern if isinstance(block.part, ast.match_case) else block.part
            for target, value in given_on_entry(block):
                line, column = getattr(at, "lineno", place.line), getattr(at, "col_offset", 0)
                _assign(target, value, Place(place.inside, block, line, column))

    def _note_imports(self, node: ast.Import | ast.ImportFrom, place: Place) -> None:
        known = place.inside.imports
        if isinstance(node, ast.Import):
            self._modules.update(alias.name for alias in node.names)
        for name, full in _imported(node):
            self._modules.add(full)
            if not (name in known and place.block.is_instead):
                known[name] = full


def _base(node: ast.expr, inside: Inside) -> ast.ClassDef | None:
    """Return the class of this file that a class is made from."""
    if not isinstance(node, ast.Name):
        return None
    binder = inside.binder(node.id)
    return None if binder is None else binder.made_class(node.id)


def _assign(target: ast.expr, value: ast.expr, place: Place) -> None:
    for name in names_of(target):
        is_bound = isinstance(name.ctx, ast.Store)  # an item that is set leaves the others
        known = place.inside.assignments.setdefault(name.id, [])
        known.append(Assignment(value, place, is_bound))
        if is_bound:
            _bind(name.id, place)


def _bind(name: str, place: Place) -> None:
    """Note that a name is no import from here on; a branch may stand for one that fails."""
    place.inside.names.add(name)
    if place.block.is_certain:
        place.inside.imports.pop(name, None)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield the names that an import binds, and what they stand for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            root = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (root, root)
        return
    module = "." * node.level + (node.module or "")
    separator = "" if module.endswith(".") else "."
    for alias in node.names:
        yield alias.asname or alias.name, f"{module}{separator}{alias.name}"


def _is_of(module: str, known: frozenset[str]) -> bool:
    """Whether a module, or one that it is in, is among the known ones."""
    parts = module.split(".")
    return any(".".join(parts[:at]) in known for at in (1, 2))


def _is_request(name: str, binder: Inside) -> bool:
    """Whether a name like `request` holds one that came in: as a parameter, or from another one."""
    if isinstance(binder.node, Function) and name in parameters(binder.node.args):
        return True
    return any(_is_one(one.value, binder) for one in binder.assignments.get(name, ()))


def _is_one(value: ast.expr, inside: Inside) -> bool:
    if not isinstance(value, ast.Call):
        return last_name(value) in REQUEST_NAMES
    name = last_name(value.func)
    if name.endswith("request") and name.startswith(("get_", "current_")):
        return True
    # `Request(environ)` of a framework
    return name == "Request" and _is_of(inside.file.dotted(value, inside).name, FRAMEWORKS)


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
    body: list[ast.stmt] = node.cases[0].body if isinstance(node, ast.Match) else []
    first = next(iter(getattr(node, "body", body)), None)
    end = node.end_lineno or node.lineno
    return end if first is None else max(node.lineno, min(end, first.lineno - 1))
