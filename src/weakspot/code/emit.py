"""Prints one expression or simple statement in the canonical form that the model reads.

Unlike `ast.unparse` the output need not parse again, so quoting stays simple; in return it resolves
imports, shortens huge literals, and knows each part's source line and where it may be broken.
"""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from weakspot.code.literals import literal, shortened, unparsed
from weakspot.code.operators import BINARY, COMPARE, UNARY


class Break:
    """A place between two parts where a long statement may be broken into lines."""

    __slots__ = ("depth", "line")

    def __init__(self, depth: int, line: int) -> None:
        self.depth = depth
        self.line = line


Part = str | Break


class Emitter:
    """Appends canonical text to `parts`; make one per statement with `start`.

    `names` maps imported local names to full ones; a name that the code rebinds is taken out
    from there on and into `rebound`. `loads` collects every ``self.attribute`` read and every name
    not rebound or `outer` (the module's own), `calls` the full name of every function called that
    an import may have brought.
    """

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.loads: set[str] = set()
        self.calls: set[str] = set()
        self.rebound: set[str] = set()
        self.outer: set[str] = set()
        self.parts: list[Part] = []
        self.depth = 0

    def start(self) -> None:
        """Forget the parts of the last statement."""
        self.parts = []
        self.depth = 0

    def expr(self, node: ast.AST, precedence: int = 0) -> None:
        """Emit an expression; brackets are added where `precedence` binds tighter."""
        method = _EXPRESSIONS.get(type(node))
        if method is None:
            self.parts.append(unparsed(node))  # syntax newer than this module
        else:
            method(self, node, precedence)

    @contextmanager
    def inner(self) -> Iterator[None]:
        """Open a scope: names that are bound in it are behind it what they were."""
        names, rebound = self.names, self.rebound
        self.names, self.rebound = dict(names), set(rebound)
        try:
            yield
        finally:
            self.names, self.rebound = names, rebound

    def bind(self, name: str) -> None:
        """Take a name that the code binds out of the imported ones."""
        self.names.pop(name, None)
        self.rebound.add(name)

    def items(self, nodes: list[Any], opening: str, closing: str) -> None:
        """Emit a bracketed, comma-separated list with break places between its items."""
        parts = self.parts
        parts.append(opening)
        self.depth += 1
        for index, node in enumerate(nodes):
            if index:
                parts.append(", ")
            parts.append(Break(self.depth, node.lineno))
            self.expr(node, 1)
        self.depth -= 1
        parts.append(closing)


def _name(self: Emitter, node: ast.Name, _precedence: int) -> None:
    name = node.id
    if type(node.ctx) is ast.Load:
        if name not in self.rebound or name in self.outer:
            self.loads.add(name)
        self.parts.append(self.names.get(name, name))
    else:
        self.bind(name)
        self.parts.append(name)


def _attribute(self: Emitter, node: ast.Attribute, _precedence: int) -> None:
    value = node.value
    if type(value) is ast.Name:
        if value.id == "self":
            self.loads.add("self." + node.attr)
        _name(self, value, 0)
    else:
        self.expr(value, 15)
    self.parts.append("." + node.attr)


def _call(self: Emitter, node: ast.Call, _precedence: int) -> None:
    if called := _imported(self, node.func):
        self.calls.add(called)
    self.expr(node.func, 15)
    self.items([*node.args, *node.keywords], "(", ")")


def _imported(self: Emitter, function: ast.expr) -> str:
    """Return the full name of a function that may come from an import; "" for any other.

    After ``import store`` the name is its own full name, and nothing in `names` says so.
    """
    parts: list[str] = []
    while type(function) is ast.Attribute:
        parts.append(function.attr)
        function = function.value
    if type(function) is not ast.Name:
        return ""
    name = function.id
    if name not in self.names and (not parts or name in self.rebound):
        return ""
    return ".".join([self.names.get(name, name), *reversed(parts)])


def _keyword(self: Emitter, node: ast.keyword, _precedence: int) -> None:
    self.parts.append("**" if node.arg is None else node.arg + "=")
    self.expr(node.value, 1)


def _constant(self: Emitter, node: ast.Constant, _precedence: int) -> None:
    self.parts.append(literal(node.value))


def _joined(self: Emitter, node: ast.JoinedStr, _precedence: int) -> None:
    self.parts.append("f'")
    _pieces(self, node)
    self.parts.append("'")


def _pieces(self: Emitter, node: ast.JoinedStr) -> None:
    for value in node.values:
        if isinstance(value, ast.Constant):
            self.parts.append(shortened(str(value.value)))
        else:
            self.expr(value)


def _formatted(self: Emitter, node: ast.FormattedValue, _precedence: int) -> None:
    self.parts.append("{")
    self.expr(node.value)
    if node.conversion != -1:
        self.parts.append("!" + chr(node.conversion))
    if isinstance(node.format_spec, ast.JoinedStr):
        self.parts.append(":")
        _pieces(self, node.format_spec)
    self.parts.append("}")


def _binary(self: Emitter, node: ast.BinOp, precedence: int) -> None:
    symbol, own = BINARY[type(node.op)]
    bracket = own < precedence
    if bracket:
        self.parts.append("(")
    self.expr(node.left, own + (symbol == " ** "))
    self.parts.append(symbol)
    self.expr(node.right, own + (symbol != " ** "))
    if bracket:
        self.parts.append(")")


def _unary(self: Emitter, node: ast.UnaryOp, precedence: int) -> None:
    symbol, own = UNARY[type(node.op)]
    bracket = own < precedence
    self.parts.append("(" + symbol if bracket else symbol)
    self.expr(node.operand, own)
    if bracket:
        self.parts.append(")")


def _boolean(self: Emitter, node: ast.BoolOp, precedence: int) -> None:
    own, symbol = (3, " and ") if isinstance(node.op, ast.And) else (2, " or ")
    bracket = own < precedence
    if bracket:
        self.parts.append("(")
    for index, value in enumerate(node.values):
        if index:
            self.parts.append(symbol)
        self.expr(value, own + 1)
    if bracket:
        self.parts.append(")")


def _compare(self: Emitter, node: ast.Compare, precedence: int) -> None:
    bracket = precedence > 5
    if bracket:
        self.parts.append("(")
    self.expr(node.left, 6)
    for operator, right in zip(node.ops, node.comparators, strict=True):
        self.parts.append(COMPARE[type(operator)])
        self.expr(right, 6)
    if bracket:
        self.parts.append(")")


def _conditional(self: Emitter, node: ast.IfExp, precedence: int) -> None:
    bracket = precedence > 1
    if bracket:
        self.parts.append("(")
    self.expr(node.body, 2)
    self.parts.append(" if ")
    self.expr(node.test, 2)
    self.parts.append(" else ")
    self.expr(node.orelse, 1)
    if bracket:
        self.parts.append(")")


def _lambda(self: Emitter, node: ast.Lambda, precedence: int) -> None:
    bracket = precedence > 1
    self.parts.append("(lambda " if bracket else "lambda ")
    with self.inner():
        arguments(self, node.args)
        self.parts.append(": ")
        self.expr(node.body, 1)
    if bracket:
        self.parts.append(")")


def _tuple(self: Emitter, node: ast.Tuple, precedence: int) -> None:
    if len(node.elts) == 1:
        self.items(node.elts, "(", ",)")
    elif precedence == 0 and node.elts and not isinstance(node.ctx, ast.Load):
        self.items(node.elts, "", "")
    else:
        self.items(node.elts, "(", ")")


def _dict(self: Emitter, node: ast.Dict, _precedence: int) -> None:
    parts = self.parts
    parts.append("{")
    self.depth += 1
    for index, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
        if index:
            parts.append(", ")
        parts.append(Break(self.depth, (key or value).lineno))
        if key is None:
            parts.append("**")
        else:
            self.expr(key, 1)
            parts.append(": ")
        self.expr(value, 1)
    self.depth -= 1
    parts.append("}")


def _subscript(self: Emitter, node: ast.Subscript, _precedence: int) -> None:
    self.expr(node.value, 15)
    self.parts.append("[")
    if isinstance(node.slice, ast.Tuple) and node.slice.elts:
        self.items(node.slice.elts, "", "")
    else:
        self.expr(node.slice)
    self.parts.append("]")


def _slice(self: Emitter, node: ast.Slice, _precedence: int) -> None:
    if node.lower is not None:
        self.expr(node.lower, 1)
    self.parts.append(":")
    if node.upper is not None:
        self.expr(node.upper, 1)
    if node.step is not None:
        self.parts.append(":")
        self.expr(node.step, 1)


def _comprehension(opening: str, closing: str) -> Callable[[Emitter, Any, int], None]:
    def emit(self: Emitter, node: Any, _precedence: int) -> None:
        self.parts.append(opening)
        with self.inner():
            for generator in node.generators:  # bound before what stands in front is computed
                for part in ast.walk(generator.target):
                    if isinstance(part, ast.Name):
                        self.bind(part.id)
            if isinstance(node, ast.DictComp):
                self.expr(node.key, 1)
                self.parts.append(": ")
                self.expr(node.value, 1)
            else:
                self.expr(node.elt, 1)
            _generators(self, node.generators)
        self.parts.append(closing)

    return emit


def _generators(self: Emitter, nodes: list[ast.comprehension]) -> None:
    for generator in nodes:
        self.parts.append(" async for " if generator.is_async else " for ")
        self.expr(generator.target)
        self.parts.append(" in ")
        self.expr(generator.iter, 2)
        for test in generator.ifs:
            self.parts.append(" if ")
            self.expr(test, 2)


def _prefixed(prefix: str, own: int) -> Callable[[Emitter, Any, int], None]:
    def emit(self: Emitter, node: Any, precedence: int) -> None:
        bracket = precedence > own
        self.parts.append("(" + prefix if bracket else prefix)
        if node.value is not None:
            self.expr(node.value, own)
        if bracket:
            self.parts.append(")")

    return emit


def _named(self: Emitter, node: ast.NamedExpr, _precedence: int) -> None:
    self.parts.append("(")
    self.expr(node.target)
    self.parts.append(" := ")
    self.expr(node.value, 1)
    self.parts.append(")")


def arguments(self: Emitter, node: ast.arguments) -> None:
    """Emit a parameter list with annotations and defaults, without brackets."""
    positional = [*node.posonlyargs, *node.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(node.defaults))
    defaults += node.defaults
    groups: list[tuple[str, ast.arg, ast.expr | None]] = []
    groups += [("", arg, value) for arg, value in zip(positional, defaults, strict=True)]
    if node.vararg is not None:
        groups.append(("*", node.vararg, None))
    keyword = list(zip(node.kwonlyargs, node.kw_defaults, strict=True))
    star = bool(keyword) and node.vararg is None
    groups += [
        ("*, " if star and not i else "", arg, value) for i, (arg, value) in enumerate(keyword)
    ]
    if node.kwarg is not None:
        groups.append(("**", node.kwarg, None))
    self.depth += 1
    for index, (prefix, arg, value) in enumerate(groups):
        if index:
            self.parts.append(", ")
        self.parts.append(Break(self.depth, arg.lineno))
        self.parts.append(prefix + arg.arg)
        if arg.annotation is not None:
            self.parts.append(": ")
            self.expr(arg.annotation, 1)
        if value is not None:
            self.parts.append("=")
            self.expr(value, 1)
    self.depth -= 1
    for _, arg, _ in groups:  # annotations and defaults are computed outside
        self.bind(arg.arg)


_EXPRESSIONS: dict[type[ast.AST], Callable[[Emitter, Any, int], None]] = {
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.keyword: _keyword,
    ast.Constant: _constant,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _conditional,
    ast.Lambda: _lambda,
    ast.Tuple: _tuple,
    ast.List: lambda self, node, _p: self.items(node.elts, "[", "]"),
    ast.Set: lambda self, node, _p: self.items(node.elts, "{", "}"),
    ast.Dict: _dict,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.ListComp: _comprehension("[", "]"),
    ast.SetComp: _comprehension("{", "}"),
    ast.GeneratorExp: _comprehension("(", ")"),
    ast.DictComp: _comprehension("{", "}"),
    ast.Starred: _prefixed("*", 6),
    ast.Await: _prefixed("await ", 14),
    ast.Yield: _prefixed("yield ", 0),
    ast.YieldFrom: _prefixed("yield from ", 0),
    ast.NamedExpr: _named,
}
