"""The code of a module outside its functions, where no statement may go unread."""

import ast

from weakspot.code.blocks import FunctionNode
from weakspot.code.normalise import Normaliser, is_state
from weakspot.core.unit import Line

Node = ast.stmt | ast.ExceptHandler

# What is still to be written, at which indentation, and who writes it.
_Piece = tuple[Node, int, Normaliser]
_PLAIN = ast.Assign | ast.AnnAssign | ast.Expr | ast.ClassDef  # of a class's own statements


def module_lines(
    tree: ast.Module,
    names: dict[str, str],
    rebound: frozenset[str],
    own: frozenset[int],
    deep: list[Node],
) -> tuple[Line, ...]:
    """Normalise what stands outside functions: module code, class headers and attributes.

    `rebound` are the imported names that a definition may bind anew, `own` the functions that are
    units of their own; `deep` gets what is nested too deeply.
    What models of the first versions did not read is written aside, so that all other lines stay
    as these models know them.
    """
    writer = Normaliser(names, own)
    aside = writer.aside(own)
    stack: list[_Piece] = [(statement, 0, writer) for statement in reversed(tree.body)]
    while stack:
        piece = stack.pop()
        try:
            stack += reversed(_opened(piece, aside))
        except RecursionError:
            deep.append(piece[0])
        node, indent, _ = piece
        if isinstance(node, FunctionNode | ast.ClassDef) and not indent and node.name in rebound:
            writer.bind(node.name)
    return tuple(line for line in writer.lines if line.text != "pass")


def _opened(piece: _Piece, aside: Normaliser) -> list[_Piece]:
    """Write a statement, or only its header and return what is to be written below it."""
    node, indent, writer = piece
    if isinstance(node, ast.ClassDef):
        inner = [child for child in node.body if is_state(child)]
        if inner or _says_more(node):
            (writer if inner else aside).signature(node, indent)
        return [(s, indent + 1, writer if isinstance(s, _PLAIN) else aside) for s in inner]
    if isinstance(node, ast.ExceptHandler):
        if not any(is_state(child) for child in node.body):
            return []
        aside.header("except " if node.type else "except", node.type, indent, node.lineno)
        if node.name is not None:
            aside.bind(node.name)
        return [(child, indent + 1, aside) for child in node.body]
    if isinstance(node, ast.If) and _defines(node):
        aside.header("if ", node.test, indent, node.test.end_lineno or node.lineno)
        return [(child, indent, writer) for child in (*node.body, *node.orelse)]
    if isinstance(node, ast.Try) and _defines(node):
        return [
            *((child, indent, writer) for child in node.body),
            *((handler, indent, aside) for handler in node.handlers),
            *((child, indent, writer) for child in node.orelse),
            *((child, indent, aside) for child in node.finalbody),
        ]
    if not isinstance(node, FunctionNode):
        writer.body([node], indent)
    return []


def _says_more(node: ast.ClassDef) -> bool:
    """Whether the head of a class without state of its own does more than name its bases."""
    plain = all(isinstance(base, ast.Name | ast.Attribute | ast.Subscript) for base in node.bases)
    return bool(node.decorator_list or node.keywords) or not plain


def _defines(statement: ast.If | ast.Try) -> bool:
    children = [*statement.body, *statement.orelse]
    return any(isinstance(child, FunctionNode | ast.ClassDef) for child in children)
