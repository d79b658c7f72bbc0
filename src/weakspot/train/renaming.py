"""Gives the variables of a family other names, the same on all sides: names must not decide.

Lines stay where they are, so labels of lines stay right. A name goes by its letters alone, in texts
too; that is good enough to learn from and nothing that a user's code ever meets.
"""

import ast
import builtins
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from weakspot.core.example import Example
from weakspot.core.unit import Unit

_ASSIGNED = re.compile(r"^\s*([a-z_][a-z0-9_]{1,20}) = ", re.ASCII)
_FEWEST = 3  # functions that a name must stand in to be one that people use


def names_in_use(units: Iterable[Unit]) -> tuple[str, ...]:
    """Return what variables are called in real functions, the common ones first.

    Names as common as each other stand in alphabetical order: what is drawn from them must be the
    same in every process.
    """
    numbers: Counter[str] = Counter()
    for unit in units:
        found = (_ASSIGNED.match(line.text) for line in unit.lines)
        numbers.update({match.group(1) for match in found if match})
    ordered = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    return tuple(name for name, number in ordered if number >= _FEWEST)


def renamed(
    sides: Sequence[Example], names: Sequence[str], share: float, draw: random.Random
) -> tuple[Example, ...]:
    """Return the sides with about `share` of their variables renamed, where any can be."""
    trees = [ast.parse(side.code) for side in sides]
    own, others = set[str](), set[str](dir(builtins))
    for tree in trees:
        bound, fixed = _names(tree)
        own |= bound
        others |= fixed
    fresh = [name for name in draw.sample(names, len(names)) if name not in own | others]
    chosen = [name for name in sorted(own - others) if draw.random() < share]
    new = dict(zip(chosen, fresh, strict=False))
    if not new:
        return tuple(sides)
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, new))})\b(?!\s*\()")
    made = tuple(
        replace(side, code=pattern.sub(lambda match: new[match.group(1)], side.code))
        for side in sides
    )
    try:
        for side in made:
            ast.parse(side.code)
    except (SyntaxError, ValueError):
        return tuple(sides)
    return made


def _names(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return the variables of functions, and the names that others see or that are called."""
    own, others = set[str](), {"self", "cls", "_"}
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        else:
            others.update(_seen(node))
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for statement in tree.body:
        if not isinstance(statement, definitions):  # its names are the module's
            others |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return own, others


def _seen(node: ast.AST) -> Iterator[str]:
    """Yield the names in a node that mean something outside its function."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Attribute():
            yield node.attr
        case ast.keyword(arg=str(name)) | ast.Call(func=ast.Name(id=name)):
            yield name
        case ast.alias():
            yield from (node.name.partition(".")[0], node.asname or node.name)
        case ast.Constant(value=str(text)) if text.isidentifier():
            yield text
        case _:
            pass
