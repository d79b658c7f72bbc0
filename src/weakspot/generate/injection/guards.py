"""Guards and decorators that a function loses, so that what they protected runs unchecked."""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from weakspot.generate.injection.edit import Edit, Function


@dataclass(frozen=True, slots=True)
class Check:
    """A kind of guard or decorator, known by what its text says."""

    name: str
    cwe: str
    says: re.Pattern[str]


def _checks(table: str) -> tuple[Check, ...]:
    text = files("weakspot.generate.injection").joinpath("guards.toml").read_text("utf-8")
    rows = tomllib.loads(text)[table]
    return tuple(Check(row["name"], row["cwe"], re.compile(row["says"])) for row in rows)


GUARDS = _checks("guard")
DECORATORS = _checks("decorator")
_MAYBE_NONE = re.compile(r"\.(get|first|match|search|fullmatch|find|one_or_none|scalar|group)\(")


def guards(function: Function) -> Iterator[Edit]:
    """A check that leaves the function goes; what it protected runs unchecked."""
    for body in _bodies(function):
        for index, statement in enumerate(body[:-1]):
            if not isinstance(statement, ast.If) or statement.orelse or not _leaves(statement):
                continue
            rest = body[index + 1 :]
            names = {one.id for one in ast.walk(statement.test) if isinstance(one, ast.Name)}
            target = next((one for one in rest if names & _names(one)), rest[0])
            text = (
                ast.unparse(statement.test) + " " + " ".join(map(ast.unparse, statement.body))[:200]
            )
            for check in GUARDS:
                if check.says.search(text):
                    yield Edit(check.name, check.cwe, statement, (), (statement,), target)
                    break
            else:
                yield from _none_guard(statement, body[:index], rest)


def _none_guard(statement: ast.If, before: list[ast.stmt], rest: list[ast.stmt]) -> Iterator[Edit]:
    name = _asked_for_none(statement.test)
    if not isinstance(name, ast.Name):
        return
    made = [
        one
        for one in before
        if isinstance(one, ast.Assign) and name.id in map(ast.unparse, one.targets)
    ]
    if not made or not _MAYBE_NONE.search(ast.unparse(made[-1])):
        return
    for one in rest:
        for node in ast.walk(one):
            if (
                isinstance(node, ast.Attribute | ast.Subscript)
                and ast.unparse(node.value) == name.id
            ):
                yield Edit("guard-none", "CWE-476", statement, (), (statement,), one)
                return


def decorators(function: Function) -> Iterator[Edit]:
    """The decorator that asks who calls goes."""
    for decorator in function.decorator_list:
        text = ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)
        for check in DECORATORS:
            if check.says.search(text):
                below = function.body[0]
                yield Edit(check.name, check.cwe, decorator, (), (decorator,), below)
                break


def _bodies(function: Function) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield body


def _leaves(statement: ast.If) -> bool:
    last = statement.body[-1]
    called = isinstance(last, ast.Expr) and re.search(
        r"abort\(|fail\(|error\(|exit\(", ast.unparse(last)
    )
    return len(statement.body) <= 3 and (isinstance(last, ast.Raise | ast.Return) or bool(called))


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _asked_for_none(test: ast.expr) -> ast.expr | None:
    """Return what ``not x`` or ``x is None`` asks about."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return test.operand
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is):
        other = test.comparators[0]
        return test.left if isinstance(other, ast.Constant) and other.value is None else None
    return None
