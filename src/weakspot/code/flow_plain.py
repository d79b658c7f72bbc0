"""Expressions whose value is no text that data could choose, for `weakspot.code.flow`.

Truth, numbers, and what a conversion makes of data inside of a call or a format.
"""

import ast
import re
from collections.abc import Iterator, Sequence

from weakspot.code.blocks import last_name

_ASKS = frozenset(
    {
        *("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower"),
        *("isnumeric", "isprintable", "isspace", "istitle", "isupper", "startswith", "endswith"),
    }
)
_GETS = frozenset({"get", "getlist", "getall", "pop"})
_NUMBERS = frozenset({"status_code", "content_length"})
_CONVERTERS = frozenset({"int", "float", "bool", "complex", "UUID", "Decimal", "date"})
_FIELD = re.compile(r"<([^<>]+)>")  # of a route's path
_FIELD_TYPES = frozenset({"int", "float", "uuid"})
_OPTION_TYPES = _CONVERTERS | {"INT", "FLOAT", "BOOL", "IntRange", "FloatRange", "Choice"}
_DIRECTIVE = re.compile(r"%(?:%|[#0\- +]*\d*(?:\.\d+)?([a-zA-Z]))")
_NUMERIC = tuple("bcdeEfFgGnoxX%")  # formats that refuse texts
_COUNTED = frozenset({"", *"diouxXeEfFgG"})


def is_plain(node: ast.AST) -> bool:
    """Whether an expression is truth or a number, or a text made of numbers alone."""
    match node:
        case ast.Attribute(attr=name):
            return name in _NUMBERS
        case ast.FormattedValue(conversion=-1, format_spec=ast.JoinedStr(values=[*_, last])):
            return isinstance(last, ast.Constant) and str(last.value).endswith(_NUMERIC)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            found = _DIRECTIVE.findall(text)
            return any(found) and all(one in _COUNTED for one in found)
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _ASKS or _converts(node)
        case ast.Call(func=ast.Name(id="map")):
            return is_converter(node.args[:1])
    return isinstance(node, ast.Compare | ast.Lambda) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _converts(call: ast.Call) -> bool:
    """Whether a call gets nothing but numbers out of what is sent: ``args.get(name, type=int)``."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _GETS:
        return False
    named = [one.value for one in call.keywords if one.arg == "type"]
    return is_converter(named) or (call.func.attr == "get" and is_converter(call.args[2:3]))


def is_converter(given: Sequence[ast.expr]) -> bool:
    """Whether there is a type, and it is one that no text of the sender's choice fits."""
    names = [getattr(one, "id", getattr(one, "attr", "")) for one in given]
    return bool(names) and all(name in _CONVERTERS for name in names)


def is_converted(function: ast.FunctionDef | ast.AsyncFunctionDef, name: str) -> bool:
    """Whether the decorators of an entry leave no text in a parameter: ``<int:id>``, ``type=int``.

    Nor do they where click is told of other parameters alone: then they come from elsewhere.
    """
    calls = [one for one in function.decorator_list if isinstance(one, ast.Call)]
    fields = [part for call in calls for part in _fields(call) if name in part]
    if fields:
        return all(_FIELD_TYPES.intersection(part) for part in fields)
    declared = [one for one in calls if last_name(one.func) in ("option", "argument")]
    own = [one for one in declared if name in _declared(one)]
    return bool(declared) and all(_takes_no_text(one) for one in own)


def _texts(call: ast.Call) -> Iterator[str]:
    for one in call.args:
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _fields(call: ast.Call) -> Iterator[list[str]]:
    """Yield the parts of the fields in a route's path: name and type, in either order."""
    for text in _texts(call):
        for inner in _FIELD.findall(text):
            yield [part.partition("(")[0] for part in inner.split(":")]


def _declared(call: ast.Call) -> set[str]:
    names = (text.partition("/")[0].strip() for text in _texts(call))
    return {name.lstrip("-").replace("-", "_").lower() for name in names}


def _takes_no_text(call: ast.Call) -> bool:
    given = {one.arg: one.value for one in call.keywords}
    kind = given.get("type")
    flags = [given.get(name) for name in ("is_flag", "count")]
    if any(isinstance(one, ast.Constant) and one.value is True for one in flags):
        return True
    named = last_name(kind.func if isinstance(kind, ast.Call) else kind) if kind else ""
    return named in _OPTION_TYPES or any("/" in text for text in _texts(call))
