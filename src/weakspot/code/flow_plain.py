"""Expressions whose value is no text that data could choose, for `weakspot.code.flow`.

Truth, numbers, and what a conversion makes of data inside of a call or a format.
"""

import ast
import re
from collections.abc import Sequence

_ASKS = frozenset(
    {
        *("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower"),
        *("isnumeric", "isprintable", "isspace", "istitle", "isupper", "startswith", "endswith"),
    }
)
_GETS = frozenset({"get", "getlist", "getall", "pop"})
_NUMBERS = frozenset({"status_code", "content_length"})
_CONVERTERS = frozenset({"int", "float", "bool", "complex", "UUID", "Decimal", "date"})
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
