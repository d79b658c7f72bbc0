"""Prints simple statements, those without a block, in the canonical form that the model reads."""

import ast
from typing import Any

from weakspot.code.emit import Emitter
from weakspot.code.literals import unparsed
from weakspot.code.operators import operator_symbol


def unknown(emitter: Emitter, node: ast.stmt) -> None:
    """Emit what is newer than this module."""
    emitter.parts.append(unparsed(node))


def _expression(emitter: Emitter, node: ast.Expr) -> None:
    emitter.expr(node.value)


def _assign(emitter: Emitter, node: ast.Assign) -> None:
    # The value is read before the target is bound, so it is emitted first and moved behind.
    emitter.expr(node.value)
    value, emitter.parts = emitter.parts, []
    for target in node.targets:
        emitter.expr(target)
        emitter.parts.append(" = ")
    emitter.parts += value


def _annotated(emitter: Emitter, node: ast.AnnAssign) -> bool | None:
    if node.value is None:
        if isinstance(node.target, ast.Attribute):
            return False
        emitter.expr(node.target)
        emitter.parts.append(": ")
        emitter.expr(node.annotation)
        return None
    emitter.expr(node.value)
    value, emitter.parts = emitter.parts, []
    emitter.expr(node.target)
    emitter.parts.append(" = ")
    emitter.parts += value
    return None


def _augmented(emitter: Emitter, node: ast.AugAssign) -> None:
    emitter.expr(node.target)
    emitter.parts.append(f" {operator_symbol(node.op)}= ")
    emitter.expr(node.value)


def _return(emitter: Emitter, node: ast.Return) -> None:
    emitter.parts.append("return")
    if node.value is not None:
        emitter.parts.append(" ")
        emitter.expr(node.value)


def _raise(emitter: Emitter, node: ast.Raise) -> None:
    emitter.parts.append("raise")
    if node.exc is not None:
        emitter.parts.append(" ")
        emitter.expr(node.exc)
    if node.cause is not None:
        emitter.parts.append(" from ")
        emitter.expr(node.cause)


def _delete(emitter: Emitter, node: ast.Delete) -> None:
    emitter.parts.append("del ")
    emitter.items(list(node.targets), "", "")


def _assert(emitter: Emitter, node: ast.Assert) -> None:
    emitter.parts.append("assert ")
    emitter.expr(node.test)
    if node.msg is not None:
        emitter.parts.append(", ")
        emitter.expr(node.msg)


def _names(word: str) -> Any:
    def emit(emitter: Emitter, node: ast.Global | ast.Nonlocal) -> None:
        if isinstance(node, ast.Global):
            emitter.outer.update(node.names)
        emitter.parts.append(word + ", ".join(node.names))

    return emit


def _word(word: str) -> Any:
    def emit(emitter: Emitter, _node: ast.stmt) -> None:
        emitter.parts.append(word)

    return emit


SIMPLE: dict[type[ast.stmt], Any] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Global: _names("global "),
    ast.Nonlocal: _names("nonlocal "),
    ast.Break: _word("break"),
    ast.Continue: _word("continue"),
}
