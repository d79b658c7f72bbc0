"""Patterns over Python expressions: written as code, matched and filled in on syntax trees.

In a pattern a single capital letter stands for any expression (the same one where it stands
twice), ``*REST`` for the positional arguments that are left and ``**REST`` for the keyword
arguments that are left, in any order::

    yaml.load(X, Loader=yaml.Loader)      requests.get(U, *REST, verify=False, **REST)
"""

import ast
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

_ANY = re.compile(r"[A-Z]")
_REST = "REST"
Bound = dict[str, Any]  # letter: ast.expr; "*REST": list of arguments; "**REST": list of keywords


def expression(text: str) -> ast.expr:
    """Parse a pattern. Raises SyntaxError when it is no Python expression."""
    return ast.parse(text, mode="eval").body


def match(pattern: ast.AST, node: ast.AST, bound: Bound) -> bool:
    """Match `node` against `pattern`, adding what the letters stand for to `bound`."""
    if isinstance(pattern, ast.Name) and _ANY.fullmatch(pattern.id):
        if pattern.id in bound:
            return ast.dump(bound[pattern.id]) == ast.dump(node)
        bound[pattern.id] = node
        return isinstance(node, ast.expr)
    if type(pattern) is not type(node):
        return False
    if isinstance(pattern, ast.Call) and isinstance(node, ast.Call):
        return match(pattern.func, node.func, bound) and _arguments(pattern, node, bound)
    return all(
        _field(value, getattr(node, name, None), bound)
        for name, value in ast.iter_fields(pattern)
        if name not in ("ctx", "kind", "type_comment")
    )


def filled(pattern: ast.expr, bound: Mapping[str, Any]) -> ast.expr:
    """Return the pattern with what its letters stand for."""
    made: ast.expr = _Filler(bound).visit(deepcopy(pattern))
    return made


def _field(pattern: Any, value: Any, bound: Bound) -> bool:
    if isinstance(pattern, ast.AST):
        return isinstance(value, ast.AST) and match(pattern, value, bound)
    if isinstance(pattern, list):
        return (
            isinstance(value, list)
            and len(pattern) == len(value)
            and all(_field(one, other, bound) for one, other in zip(pattern, value, strict=True))
        )
    return type(pattern) is type(value) and bool(pattern == value)


def _arguments(pattern: ast.Call, node: ast.Call, bound: Bound) -> bool:
    fixed = [one for one in pattern.args if not _is_rest(one)]
    open_ended = len(fixed) < len(pattern.args)
    if len(node.args) < len(fixed) or (len(node.args) > len(fixed) and not open_ended):
        return False
    if any(isinstance(one, ast.Starred) for one in node.args[: len(fixed)]):
        return False
    if not all(match(one, other, bound) for one, other in zip(fixed, node.args, strict=False)):
        return False
    bound["*REST"] = node.args[len(fixed) :]
    left = list(node.keywords)
    for keyword in pattern.keywords:
        if keyword.arg is None:
            continue
        found = next((one for one in left if one.arg == keyword.arg), None)
        if found is None or not match(keyword.value, found.value, bound):
            return False
        left.remove(found)
    bound["**REST"] = left
    return not left or any(keyword.arg is None for keyword in pattern.keywords)


def _is_rest(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Starred)
        and isinstance(node.value, ast.Name)
        and (node.value.id == _REST)
    )


class _Filler(ast.NodeTransformer):
    """Puts expressions in the place of letters."""

    def __init__(self, bound: Mapping[str, Any]) -> None:
        self.bound = bound

    def visit_Name(self, node: ast.Name) -> ast.AST:
        found: ast.AST = deepcopy(self.bound.get(node.id, node))
        return found

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        arguments: list[ast.expr] = []
        for one in node.args:
            arguments += deepcopy(self.bound["*REST"]) if _is_rest(one) else [one]
        keywords: list[ast.keyword] = []
        for keyword in node.keywords:
            keywords += deepcopy(self.bound["**REST"]) if keyword.arg is None else [keyword]
        node.args, node.keywords = arguments, keywords
        return node
