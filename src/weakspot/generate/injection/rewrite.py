"""Loads the rewrites of `generate/injection`: a call's sound forms, its weak forms, its CWE."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from weakspot.generate.injection.pattern import Bound, expression, match


@dataclass(frozen=True, slots=True)
class CallRewrite:
    """One weakness that a call can have, by its sound and weak forms.

    `is_wild` says that the weak form is a weakness wherever it stands, so that real code with it
    can be taken as an example.
    """

    name: str
    cwe: str
    sound: tuple[ast.expr, ...]
    weak: tuple[ast.expr, ...]
    varies: frozenset[str]
    where: Mapping[str, re.Pattern[str]]
    is_wild: bool

    def sound_match(self, node: ast.AST) -> Bound | None:
        """Return what the letters stand for where `node` has a sound form."""
        return self._first(self.sound, node)

    def weak_match(self, node: ast.AST) -> Bound | None:
        """Return what the letters stand for where `node` has a weak form, and no sound one."""
        if not self.is_wild or self._first(self.sound, node) is not None:
            return None
        return self._first(self.weak, node)

    def _first(self, patterns: tuple[ast.expr, ...], node: ast.AST) -> Bound | None:
        for pattern in patterns:
            bound: Bound = {}
            if match(pattern, node, bound) and self._fits(bound):
                return bound
        return None

    def _fits(self, bound: Bound) -> bool:
        return all(name in bound and _is_variable(bound[name]) for name in self.varies) and all(
            name in bound and pattern.search(ast.unparse(bound[name]))
            for name, pattern in self.where.items()
        )


def fitting(node: ast.expr) -> tuple[CallRewrite, ...]:
    """Return the rewrites that `node` may be a form of, by what it calls; matching decides."""
    return _by_key().get(_key(node), ())


@cache
def _by_key() -> Mapping[str, tuple[CallRewrite, ...]]:
    found: dict[str, list[CallRewrite]] = {}
    for rewrite in call_rewrites():
        weak = rewrite.weak if rewrite.is_wild else ()
        for key in {_key(pattern) for pattern in (*rewrite.sound, *weak)}:
            found.setdefault(key, []).append(rewrite)
    return {key: tuple(rewrites) for key, rewrites in found.items()}


def _key(node: ast.AST) -> str:
    """Return the last name of what is called, or the kind of node."""
    if not isinstance(node, ast.Call):
        return type(node).__name__
    if isinstance(node.func, ast.Attribute):
        return f"{node.func.attr}()"
    return f"{node.func.id}()" if isinstance(node.func, ast.Name) else "()"


@cache
def call_rewrites() -> tuple[CallRewrite, ...]:
    """Return all rewrites of calls, in the order of their file."""
    return tuple(_read())


def _read() -> Iterator[CallRewrite]:
    text = files("weakspot.generate.injection").joinpath("calls.toml").read_text("utf-8")
    for row in tomllib.loads(text)["rewrite"]:
        yield CallRewrite(
            name=row["name"],
            cwe=row["cwe"],
            sound=tuple(expression(text) for text in row["sound"]),
            weak=tuple(expression(text) for text in row["weak"]),
            varies=frozenset(row.get("varies", ())),
            where={name: re.compile(text) for name, text in row.get("where", {}).items()},
            is_wild=row.get("wild", True),
        )


def _is_variable(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) for one in ast.walk(node)) and not (
        isinstance(node, ast.Name) and node.id.isupper()
    )
