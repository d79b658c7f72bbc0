"""The forms that a remedy takes: what a statement has to hold, and what is put in its place.

Each form is made from data and gives a function from a statement to the edits that make it safe,
none where it does not fit. What a call has besides must still mean something after it: where that
is not known, there is no edit.
"""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TypeGuard

from weakspot.scan.rewriting import Edit, Statement

Form = Callable[[Statement], list[Edit]]
_OF_TEXT = re.compile(
    r"startswith|endswith|replace|removeprefix|split|strip|count|find|index|partition|mount|"
    r"(?:full)?match|search|sub|compile"
)


def dotted(node: ast.AST) -> str:
    """Return a dotted name; ``?.name`` for an attribute of anything else, "" for other nodes."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value) or '?'}.{node.attr}"
    return ""


def is_open(call: ast.Call) -> bool:
    """Say whether a call has arguments that are not to be seen: ``*args`` or ``**options``."""
    return any(isinstance(one, ast.Starred) for one in call.args) or any(
        one.arg is None for one in call.keywords
    )


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    """Return a keyword argument of a call."""
    return next((one for one in call.keywords if one.arg == name), None)


def argument(call: ast.Call, position: int, name: str = "") -> ast.expr | None:
    """Return an argument of a call, by its 0-based position or by its name."""
    if not is_open(call) and position < len(call.args):
        return call.args[position]
    named = keyword(call, name)
    return named.value if named else None


def only(call: ast.Call) -> ast.expr | None:
    """Return the argument of a call that has one and no more."""
    return call.args[0] if len(call.args) == 1 and not call.keywords and not is_open(call) else None


def called(
    functions: str,
    instead: str,
    *,
    most: int = 99,
    keeps: str | None = None,
    drops: str = "",
    but: str = "",
) -> Form:
    """Call another function in place of one whose dotted name matches `functions`.

    It takes up to `most` positional arguments and the keywords `keeps` (None: the same ones);
    keywords in `drops` say nothing to it and are taken out. Not where the statement asks its
    value for one of the attributes in `but`, which it would not have.
    """
    pattern, lacks = re.compile(functions), but.split()
    kept, dropped = None if keeps is None else keeps.split(), drops.split()

    def edits(statement: Statement) -> list[Edit]:
        made = []
        for call in statement.calls:
            found = pattern.fullmatch(dotted(call.func))
            named = [one for one in call.keywords if one.arg not in dropped]
            if not found or len(call.args) > most or (kept is not None and is_open(call)):
                continue
            if kept is not None and any(one.arg not in kept for one in named):
                continue
            if lacks and any(
                isinstance(one, ast.Attribute) and one.attr in lacks for one in statement.nodes
            ):
                continue
            made.append(statement.replace(call.func, found.expand(instead)))
            gone = [one for one in call.keywords if one not in named]
            made += [statement.remove(call, one) for one in gone]
        return made

    return edits


def named(names: str, instead: str) -> Form:
    """Put another dotted name in place of one that matches `names`, but where it is compared."""
    pattern = re.compile(names)

    def edits(statement: Statement) -> list[Edit]:
        return [
            statement.replace(node, found.expand(instead))
            for node in statement.nodes
            if isinstance(node, ast.Attribute)
            and (found := pattern.fullmatch(dotted(node)))
            and not isinstance(statement.parent(node), ast.Attribute | ast.Compare)
        ]

    return edits


def switched(names: str, values: str, instead: str) -> Form:
    """Set what `names` match to `instead` where it has one of the `values` (a pattern).

    Set are keyword arguments, variables, attributes, keys, and defaults of parameters.
    """
    name, value = re.compile(names), re.compile(values)

    def edits(statement: Statement) -> list[Edit]:
        return [
            statement.replace(node, instead)
            for key, node in _settings(statement)
            if name.fullmatch(key) and value.fullmatch(statement.source(node))
        ]

    return edits


def _settings(statement: Statement) -> Iterator[tuple[str, ast.expr]]:
    """Yield what a statement sets: a name, and the value that it gets."""
    for node in statement.nodes:
        if isinstance(node, ast.keyword):
            yield node.arg or "", node.value
        elif isinstance(node, ast.Assign):
            yield from ((_key(target), node.value) for target in node.targets)
        elif isinstance(node, ast.Dict):
            yield from ((_key(key), one) for key, one in zip(node.keys, node.values, strict=True))
        elif isinstance(node, ast.Call | ast.Tuple):
            row = node.args if isinstance(node, ast.Call) else node.elts
            yield from ((_key(a), b) for a, b in pairwise(row) if _is_text(a))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _defaults(node.args)


def _defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    for arg, value in zip(reversed(positional), reversed(arguments.defaults), strict=False):
        yield arg.arg, value
    for arg, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield arg.arg, default


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Subscript):
        node = node.slice
    if _is_text(node):
        return str(node.value)
    return dotted(node).rpartition(".")[2] if node else ""


def _is_text(node: ast.AST | None) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def given(functions: str, position: int, name: str, values: Mapping[str, str]) -> Form:
    """Give another value where an argument of a function is one of `values`.

    The argument has a 0-based `position` (-1: none) and a `name` ("": none).
    """
    pattern = re.compile(functions)

    def edits(statement: Statement) -> list[Edit]:
        found = [
            argument(call, 99 if position < 0 else position, name)
            for call in statement.calls
            if pattern.fullmatch(dotted(call.func))
        ]
        return [
            statement.replace(one, values[statement.source(one)])
            for one in found
            if one is not None and statement.source(one) in values
        ]

    return edits


def asked(functions: str, options: Mapping[str, str], *, most: int = 99, without: str = "") -> Form:
    """Ask a function for safe `options`: added, or put in place of others that say False or None.

    It has at most `most` positional arguments, and none of the keywords `without`.
    """
    pattern = re.compile(functions)

    def edits(statement: Statement) -> list[Edit]:
        made = []
        for call in statement.calls:
            unfit = is_open(call) or any(keyword(call, one) for one in without.split())
            if unfit or len(call.args) > most or not pattern.fullmatch(dotted(call.func)):
                continue
            added = []
            for name, value in options.items():
                if (old := keyword(call, name)) is None:
                    added.append(f"{name}={value}")
                elif statement.source(old.value) in ("False", "None"):
                    made.append(statement.replace(old.value, value))
            if added:
                made.append(statement.append(call, ", ".join(added)))
        return made

    return edits


def texts(pattern: str, instead: str) -> Form:
    """Change constant and formatted texts, but those that others are compared with or cut by."""
    wanted = re.compile(pattern)

    def edits(statement: Statement) -> list[Edit]:
        made = []
        for node in statement.nodes:
            text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
            if not text and not isinstance(node, ast.JoinedStr):
                continue
            old = statement.source(node)
            if (new := wanted.sub(instead, old)) != old and not _is_asked(statement, node):
                made.append(statement.replace(node, new))
        return made

    return edits


def _is_asked(statement: Statement, node: ast.AST) -> bool:
    parent = statement.parent(node)
    if isinstance(parent, ast.Tuple | ast.List):
        parent = statement.parent(parent)
    if isinstance(parent, ast.Call):
        return bool(_OF_TEXT.fullmatch(dotted(parent.func).rpartition(".")[2]))
    return isinstance(parent, ast.Compare)
