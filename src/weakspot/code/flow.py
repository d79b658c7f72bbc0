"""Follows untrusted data backwards from a line to where it enters, within one file.

Definitions and uses on the syntax tree: nothing is run or imported. Calls of functions of the same
file are followed up into callers and down into what helpers return. What cannot be seen (other
files, containers' items one by one, code that a decorator changes) has no trace, not a guessed one.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from weakspot.code.flow_sources import SANITISERS, entry_of, is_given_from_outside, source_of
from weakspot.code.imports import imported_names
from weakspot.core.finding import Step

_DEEPEST = 4  # calls followed, up and down together
_MOST_VISITS = 400  # names looked at for one line: a bound on time, not met by people's code
_ADDERS = frozenset({"append", "extend", "add", "update", "insert", "appendleft"})
_LONGEST = 60  # characters of code that a step shows

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Scope = _Function | ast.Module
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Definition:
    """A place that gives a name a value; `always` if nothing but its scope decides that it runs."""

    line: int
    value: ast.expr
    always: bool


@dataclass(slots=True)
class _Inside:
    """What is known of one scope."""

    node: _Scope
    owner: ast.ClassDef | None
    definitions: dict[str, list[_Definition]] = field(default_factory=dict)
    returns: list[ast.expr] = field(default_factory=list)


class Flow:
    """The definitions, calls and scopes of one file; built once, asked for any number of lines."""

    def __init__(self, tree: ast.Module) -> None:
        self._imports = imported_names(tree)
        self._inside: dict[_Scope, _Inside] = {}
        self._functions: defaultdict[str, list[_Function]] = defaultdict(list)
        self._calls: defaultdict[str, list[tuple[ast.Call, _Scope]]] = defaultdict(list)
        self._attributes: defaultdict[str, list[tuple[_Definition, _Scope]]] = defaultdict(list)
        self._statements: defaultdict[int, list[tuple[ast.stmt, _Scope]]] = defaultdict(list)
        self._visits = 0
        self._seen: set[tuple[int, str, int]] = set()
        self._read(tree)

    def trace(self, line: int) -> Steps:
        """Return the steps from a source to a 1-based line, in order; none where none is seen."""
        self._visits, self._seen = 0, set()
        for statement, scope in self._statements.get(line, ()):
            for expression in _own_expressions(statement):
                if found := self._from(expression, scope, statement.lineno, 0):
                    return (*found, Step(line, "used here"))
        return ()

    def _read(self, tree: ast.Module) -> None:
        """Look at every statement once, without recursion."""
        waiting: list[tuple[ast.stmt, _Scope, ast.ClassDef | None, bool]] = []
        self._inside[tree] = _Inside(tree, None)
        waiting += [(node, tree, None, True) for node in reversed(tree.body)]
        while waiting:
            node, scope, owner, always = waiting.pop()
            for line in range(node.lineno, _last_line(node) + 1):
                self._statements[line].append((node, scope))
            self._note(node, scope, always)
            inner: _Scope = scope
            if isinstance(node, _Function):
                self._inside[node] = _Inside(node, owner)
                self._functions[node.name].append(node)
                inner, always = node, True
            elif isinstance(node, ast.ClassDef):
                owner = node
            else:
                always = False
            waiting += [(child, inner, owner, always) for child in reversed(_children(node))]

    def _note(self, node: ast.stmt, scope: _Scope, always: bool) -> None:
        inside = self._inside[scope]
        for target, value in _given(node):
            definition = _Definition(node.lineno, value, always)
            for name in _names_of(target):
                inside.definitions.setdefault(name, []).append(definition)
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
                self._attributes[f"{target.value.id}.{target.attr}"].append((definition, scope))
        if isinstance(node, ast.Return) and node.value is not None:
            inside.returns.append(node.value)
        for expression in _own_expressions(node):
            for one in ast.walk(expression):
                if isinstance(one, ast.NamedExpr) and isinstance(one.target, ast.Name):
                    known = inside.definitions.setdefault(one.target.id, [])
                    known.append(_Definition(node.lineno, one.value, False))
                elif isinstance(one, ast.Call) and (name := _last_name(one.func)):
                    self._calls[name].append((one, scope))

    def _from(self, expression: ast.expr, scope: _Scope, line: int, depth: int) -> Steps:
        """Return the steps that lead into an expression; none where nothing untrusted does."""
        parts = list(self._parts(expression))
        for node in parts:
            if told := source_of(self._dotted(node), node):
                return (Step(getattr(node, "lineno", line), f"untrusted: {_shown(told)}"),)
        for node in parts:
            self._visits += 1
            if self._visits > _MOST_VISITS:
                return ()
            if isinstance(node, ast.Name):
                found = self._from_name(node.id, scope, line, depth)
            elif isinstance(node, ast.Attribute):
                found = self._from_attribute(node, scope, depth)
            else:
                found = self._from_helper(node, depth)
            if found:
                return found
        return ()

    def _parts(self, expression: ast.expr) -> Iterator[ast.expr]:
        """Yield the names, attributes and calls that an expression's value comes from."""
        waiting: list[ast.AST] = [expression]
        while waiting:
            node = waiting.pop()
            if isinstance(node, ast.Compare | ast.Lambda):
                continue
            if isinstance(node, ast.Call):
                if self._dotted(node) in SANITISERS:
                    continue
                yield node
                if isinstance(node.func, ast.Attribute):
                    waiting.append(node.func.value)
                waiting += [*node.args, *(keyword.value for keyword in node.keywords)]
            elif isinstance(node, ast.Attribute):
                yield node
                waiting.append(node.value)
            elif isinstance(node, ast.Name):
                yield node
            elif isinstance(node, ast.IfExp):
                waiting += [node.body, node.orelse]
            else:
                waiting += ast.iter_child_nodes(node)

    def _from_name(self, name: str, scope: _Scope, line: int, depth: int) -> Steps:
        if (key := (id(scope), name, line)) in self._seen:
            return ()
        self._seen.add(key)
        inside = self._inside[scope]
        known = inside.definitions.get(name, [])
        for definition in sorted(known, key=lambda one: -one.line):
            if definition.line >= line:
                continue
            if found := self._from(definition.value, scope, definition.line, depth):
                return (*found, Step(definition.line, f"`{name}` gets its value"))
            if definition.always and not _reads(definition.value, name):
                return ()  # it has this value, whatever it had before
        if isinstance(scope, ast.Module):
            return ()
        return self._from_parameter(name, scope, depth)

    def _from_parameter(self, name: str, function: _Function, depth: int) -> Steps:
        at, argument, default = _parameter(function, name)
        if argument is None:
            return ()
        if entry := entry_of(function):
            if not is_given_from_outside(argument, default):
                return ()
            text = f"untrusted: parameter `{name}` of the {entry} `{function.name}`"
            return (Step(argument.lineno, text),)
        if depth >= _DEEPEST or len(self._functions[function.name]) > 1:
            return ()
        skipped = int(self._inside[function].owner is not None and not _is_static(function))
        for call, caller in self._calls[function.name]:
            given = _argument(call, name, at - skipped)
            if caller is function or given is None:
                continue
            if found := self._from(given, caller, call.lineno, depth + 1):
                text = f"passed to `{function.name}` as `{name}`"
                return (*found, Step(call.lineno, text))
        return ()

    def _from_attribute(self, node: ast.Attribute, scope: _Scope, depth: int) -> Steps:
        """Follow `self.name` to where a method of the same class sets it."""
        owner = self._inside[scope].owner
        if not isinstance(node.value, ast.Name) or node.value.id != "self" or owner is None:
            return ()
        if (key := (id(owner), node.attr, 0)) in self._seen or depth >= _DEEPEST:
            return ()
        self._seen.add(key)
        for definition, setter in self._attributes[f"self.{node.attr}"]:
            if self._inside[setter].owner is not owner:
                continue
            if found := self._from(definition.value, setter, definition.line, depth + 1):
                return (*found, Step(definition.line, f"kept as `self.{node.attr}`"))
        return ()

    def _from_helper(self, node: ast.expr, depth: int) -> Steps:
        """Follow a call down to what the function of this file returns."""
        name = _last_name(node.func) if isinstance(node, ast.Call) else ""
        known = self._functions.get(name, [])
        if len(known) != 1 or depth >= _DEEPEST or (id(known[0]), "", 0) in self._seen:
            return ()
        (helper,) = known
        self._seen.add((id(helper), "", 0))
        for value in self._inside[helper].returns:
            found = self._from(value, helper, value.lineno, depth + 1)
            # What came in as an argument is followed at the call itself.
            if found and not any(step.what.startswith("passed to") for step in found):
                return (*found, Step(value.lineno, f"returned by `{name}`"))
        return ()

    def _dotted(self, node: ast.expr) -> str:
        """Return the full dotted name of an expression, or of the function that it calls."""
        parts: list[str] = []
        at: ast.AST = node.func if isinstance(node, ast.Call) else node
        while isinstance(at, ast.Attribute):
            parts.append(at.attr)
            at = at.value
        if not isinstance(at, ast.Name):
            return ".".join(["", *reversed(parts)]) if parts else ""
        return ".".join([self._imports.get(at.id, at.id), *reversed(parts)])


def _children(node: ast.stmt) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for name in ("body", "orelse", "finalbody"):
        found += getattr(node, name, [])
    for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
        found += part.body
    return found


def _own_expressions(node: ast.stmt) -> list[ast.expr]:
    """Return a statement's own expressions: of a compound one those of its head."""
    if isinstance(node, _Function | ast.ClassDef):
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


def _reads(value: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(value))


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _parameter(function: _Function, name: str) -> tuple[int, ast.arg | None, ast.expr | None]:
    """Return a parameter's position (-1 for keyword-only ones), itself and its default."""
    arguments = function.args
    placed = [*arguments.posonlyargs, *arguments.args]
    defaults: Sequence[ast.expr | None] = arguments.defaults
    defaults = [*[None] * (len(placed) - len(defaults)), *defaults]
    for at, (argument, default) in enumerate(zip(placed, defaults, strict=True)):
        if argument.arg == name:
            return at, argument, default
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if argument.arg == name:
            return -1, argument, default
    return -1, None, None


def _argument(call: ast.Call, name: str, at: int) -> ast.expr | None:
    by_name: Mapping[str | None, ast.expr] = {one.arg: one.value for one in call.keywords}
    if name in by_name:
        return by_name[name]
    if any(isinstance(one, ast.Starred) for one in call.args):
        return None
    return call.args[at] if 0 <= at < len(call.args) else None


def _is_static(function: _Function) -> bool:
    return any(_last_name(one) == "staticmethod" for one in function.decorator_list)


def _shown(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
