"""Prints literals as the model reads them: in one form, and not at any length."""

import ast
from typing import TypeGuard

MAX_TEXT = 160  # characters of a string literal that are kept
MAX_INT_BITS = 256


def literal(value: object) -> str:
    """Return a literal's canonical text, shortened where it is long; it is still Python."""
    if isinstance(value, str | bytes):
        shown = repr(value[:MAX_TEXT])
        mark = "" if len(value) <= MAX_TEXT else "…" if isinstance(value, str) else "..."
        return shown[:-1] + mark + shown[-1]
    if is_huge(value):
        return f"0xffff_{value & 0xFFFFFFFF:08x}"  # repr() of a huge int is refused by CPython
    if value is Ellipsis:
        return "..."
    return repr(value)


def is_huge(value: object) -> TypeGuard[int]:
    """Whether a value is an integer too long to be shown; CPython refuses to print some of them."""
    return isinstance(value, int) and value.bit_length() > MAX_INT_BITS


def unparsed(node: ast.AST) -> str:
    """Return what `ast` prints of a tree, whose huge integers are shortened in place."""
    return ast.unparse(_Shortener().visit(node))


class _Shortener(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        return ast.Name(literal(node.value), ast.Load()) if is_huge(node.value) else node


def shortened(text: str) -> str:
    """Return what a formatted string says between its fields, as it stands in one."""
    shown = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
    return repr(shown)[1:-1].replace("{", "{{").replace("}", "}}")
