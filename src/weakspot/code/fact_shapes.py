"""Says in one word what an expression is and what it is made of, as far as one unit shows it."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from weakspot.code.children import walk

_QUERY = re.compile(
    r"\s*(select|insert|update|delete|create|drop|alter|with|where|order by|merge|replace|exec"
    r"|call|grant|match|pragma|set|and|or)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\s*(https?|ftp|wss?|redis|amqp|ldap|smtp|mongodb|postgres\w*|mysql)s?://", re.IGNORECASE
)
_TAG = re.compile(r"<\s*/?[a-zA-Z!]")
_WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])")
_LONGEST_WORD = 24  # characters of a text that is told as it is
_LARGEST = 9999  # of the whole numbers that are told as they are
_LONGEST_LIST = 40  # characters told of the elements of a list
_DEEPEST = 4  # assignments followed back
_ARGUMENTS = 4  # told of a call, from the first

# What frameworks call the parts of a request, and programs what they are started with.
_OF_REQUESTS = ("args", "form", "json", "GET", "POST", "FILES", "files", "data", "query_params")
_MORE_OF_REQUESTS = ("params", "path_params", "headers", "cookies", "body", "query", "values")
_ENTRIES = frozenset((*_OF_REQUESTS, *_MORE_OF_REQUESTS, "match_info", "argv", "environ"))
_KNOWN_ROOTS = frozenset(("request", "req", "session", "g", "ctx", "conn", "cursor", "cur", "db"))
_KEPT_ATTRIBUTES = frozenset(("request", "req", "args", "settings"))


def kind_of_text(value: str | bytes) -> str:
    """Return what a literal looks like: a query, an address, a tag, or itself when short."""
    if isinstance(value, bytes):
        return "bytes"
    text = value.strip()
    if _QUERY.match(value) and " " in value:
        return "sql"
    if found := _ADDRESS.match(value):
        return f"url:{found.group(1).lower()}"
    if ">" in text and _TAG.search(text):
        return "html"
    if text.startswith(("/", "./", "../")):
        return "path"
    return "words" if " " in text else _kind_of_word(text)


def _kind_of_word(text: str) -> str:
    if not text:
        return "blank"
    return f"'{text.lower()}'" if len(text) <= _LONGEST_WORD else "text"


def family_of_text(value: str | bytes) -> str:
    """Return `kind_of_text`, but nothing for a short word: parts of a text are told by kind."""
    return kind_of_text(value).split("'")[0]


def words_of(name: str) -> list[str]:
    """Return the words of an identifier in lower case."""
    return [word.lower() for word in _WORD.findall(name)]


def last_word(name: str) -> str:
    """Return the last word of an identifier, which mostly says what it holds."""
    words = words_of(name)
    return words[-1] if words else "?"


def keywords_of(node: ast.Call) -> list[str]:
    """Return the names of a call's keywords, sorted."""
    return sorted({word.arg for word in node.keywords if word.arg})


def arguments_of(node: ast.Call) -> Iterator[tuple[str, Any]]:
    """Yield the arguments that are told, each after ``0:`` or ``name=``."""
    for number, value in enumerate(node.args[:_ARGUMENTS]):
        yield f"{number}:", value
    for word in node.keywords:
        if word.arg:
            yield f"{word.arg}=", word.value


class Scope:
    """What the names of a function stand for: its parameters, and the values last assigned."""

    def __init__(self, parameters: frozenset[str], values: Mapping[str, ast.expr]) -> None:
        self.parameters = parameters
        self.values = {name: value for name, value in values.items() if name not in parameters}

    def within(self, parameters: frozenset[str]) -> "Scope":
        """Return the scope of a function inside."""
        return Scope(self.parameters | parameters, self.values)

    def dotted(self, node: ast.expr, depth: int = 2) -> str:
        """Return the dotted name of what is called or read; ``*`` where a variable begins it.

        A variable that a call gave is told by what was called, `depth` times.
        """
        parts: list[str] = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        return ".".join([self._root(node, depth), *reversed(parts)])

    def tail(self, node: ast.expr, parts: int = 1, depth: int = 2) -> str:
        """Return the last parts of the dotted name."""
        return ".".join(self.dotted(node, depth).split(".")[-parts:])

    def _root(self, node: ast.expr, depth: int) -> str:
        if isinstance(node, ast.Call) and depth:
            return f"<{self.tail(node.func, 1, depth - 1)}>"
        if isinstance(node, ast.Constant):
            return "''" if isinstance(node.value, str) else "*"
        return self._root_name(node.id, depth) if isinstance(node, ast.Name) else "*"

    def _root_name(self, name: str, depth: int) -> str:
        if name in ("self", "cls"):
            return "self"
        if name not in self.parameters and name not in self.values:
            return name
        made = self.values.get(name)
        if isinstance(made, ast.Call) and depth:
            return f"<{self.tail(made.func, 1, depth - 1)}>"
        if isinstance(made, ast.Name | ast.Attribute) and depth and name not in self.parameters:
            return self.dotted(made, depth - 1)  # another name for a function
        return name if name in _KNOWN_ROOTS else "*"

    def shape(self, node: ast.expr | None, depth: int = 3) -> str:
        """Return what kind of expression it is; names are looked up `depth` times."""
        if node is None:
            return ""
        told = _SHAPES.get(type(node))
        return told(self, node, depth) if told else type(node).__name__.lower()

    def origins(self, node: ast.expr) -> tuple[frozenset[str], frozenset[str]]:
        """Return what an expression is made of, assignments followed back, and all names in it."""
        names: set[str] = set()
        return frozenset(self._origins(node, _DEEPEST, names)), frozenset(names)

    def _origins(self, node: ast.expr, depth: int, names: set[str]) -> Iterator[str]:
        for part in walk(node):
            if isinstance(part, ast.Name):
                if part.id in names:
                    continue
                names.add(part.id)
                if part.id in self.parameters:
                    yield "param"
                if depth and (value := self.values.get(part.id)) is not None:
                    yield from self._origins(value, depth - 1, names)
            elif told := self._part(part):
                yield told

    def _part(self, part: ast.AST) -> str:
        if isinstance(part, ast.Call):
            return self.tail(part.func)
        if isinstance(part, ast.Attribute):
            return f"@{part.attr}" if part.attr in _ENTRIES else ""
        if isinstance(part, ast.JoinedStr):
            return "f"
        if isinstance(part, ast.BinOp):
            return type(part.op).__name__
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            short = len(part.value) < _LONGEST_WORD - 8
            return kind_of_text(part.value) if short else family_of_text(part.value)
        return ""


def _constant(_: Scope, node: ast.Constant, __: int) -> str:
    value = node.value
    if isinstance(value, str | bytes):
        return kind_of_text(value)
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value) if abs(value) <= _LARGEST else "num"
    return "num" if isinstance(value, float | complex) else "const"


def _formatted(_: Scope, node: ast.JoinedStr, __: int) -> str:
    values = (part.value for part in node.values if isinstance(part, ast.Constant))
    return "f-" + family_of_text("".join(value for value in values if isinstance(value, str)))


def _operation(scope: Scope, node: ast.BinOp, depth: int) -> str:
    left = node.left.value if isinstance(node.left, ast.Constant) else None
    if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant):
        return f"%-{family_of_text(left)}" if isinstance(left, str | bytes) else "mod"
    if isinstance(node.op, ast.Add):
        if isinstance(left, str | bytes):
            return f"+{family_of_text(left)}"
        return "+" + (scope.shape(node.left, depth - 1) if depth else "?").lstrip("+")
    return "path/" if isinstance(node.op, ast.Div) else "bin"


def _call(scope: Scope, node: ast.Call, _: int) -> str:
    return f"call:{scope.tail(node.func, 2)}"


def _name(scope: Scope, node: ast.Name, depth: int) -> str:
    if depth and (value := scope.values.get(node.id)) is not None:
        return scope.shape(value, depth - 1)
    return "param" if node.id in scope.parameters else "name"


def _attribute(scope: Scope, node: ast.Attribute, _: int) -> str:
    dotted = scope.dotted(node)
    root = dotted.split(".")[0]
    if root == "self":
        return "attr:self"
    return f"attr:{root}.{node.attr}" if root in _KEPT_ATTRIBUTES else f"attr:{dotted}"


def _awaited(scope: Scope, node: ast.Await, depth: int) -> str:
    return scope.shape(node.value, depth)


def _subscript(scope: Scope, node: ast.Subscript, depth: int) -> str:
    return "sub:" + (scope.shape(node.value, depth - 1) if depth else "?")


def _several(scope: Scope, node: ast.List | ast.Tuple | ast.Set, _: int) -> str:
    elements: Sequence[ast.expr] = node.elts
    kinds = {"k" if isinstance(one, ast.Constant) else scope.shape(one, 0) for one in elements}
    return f"{type(node).__name__.lower()}[{','.join(sorted(kinds))[:_LONGEST_LIST]}]"


_SHAPES: dict[type[ast.expr], Callable[[Scope, Any, int], str]] = {
    ast.Constant: _constant,
    ast.JoinedStr: _formatted,
    ast.BinOp: _operation,
    ast.Call: _call,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Await: _awaited,
    ast.Subscript: _subscript,
    ast.List: _several,
    ast.Tuple: _several,
    ast.Set: _several,
}
