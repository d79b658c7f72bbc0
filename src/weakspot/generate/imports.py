"""Writes the import block of a program: only what is used, in varied order and spelling."""

import ast
import builtins
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

_ALIASES = {
    "subprocess": "sp", "sqlite3": "sqlite", "requests": "rq", "numpy": "np", "pandas": "pd",
    "xml.etree.ElementTree": "ET", "logging": "log", "datetime": "dt", "hashlib": "hl",
    "tempfile": "tmpf", "random": "rnd", "yaml": "yml", "pickle": "pkl", "json": "js",
}  # fmt: skip
_UNRELATED = (
    "import collections", "import functools", "import itertools", "import logging", "import math",
    "import os", "import sys", "import time", "import uuid", "from typing import Any",
    "from pathlib import Path", "import datetime", "import enum", "from dataclasses import field",
    "from typing import Optional", "import contextlib", "import json", "import re",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bound:
    """One name that an import statement binds: ``from module import name as local``.

    `name` is empty for ``import module``; `text` is what to write.
    """

    local: str
    module: str
    name: str
    plain: bool  # can be written in another spelling

    @property
    def meaning(self) -> tuple[str, str]:
        """What the local name stands for: ``import a.b`` and ``import a`` both mean ``a``."""
        head = self.module.split(".", 1)[0]
        return (head if not self.name and self.local == head else self.module, self.name)

    @property
    def text(self) -> str:
        """The statement, for this name alone."""
        if not self.name:
            head = self.module.split(".", 1)[0]
            return f"import {self.module}" + ("" if self.local == head else f" as {self.local}")
        return f"from {self.module} import {self.name}" + (
            "" if self.local == self.name else f" as {self.local}"
        )


@cache
def bound_by(statement: str) -> tuple[Bound, ...]:
    """Return the names that import statements (one or more lines) bind."""
    found: list[Bound] = []
    for node in ast.parse(statement.strip()).body:
        if isinstance(node, ast.Import):
            for name in node.names:
                head = name.name.split(".", 1)[0]
                plain = name.asname is None and "." not in name.name
                found.append(Bound(name.asname or head, name.name, "", plain))
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            found += [
                Bound(name.asname or name.name, module, name.name, name.asname is None)
                for name in node.names
            ]
        else:
            raise ValueError(f"not an import: {statement!r}")
    return tuple(found)


def conflicts(statements: Iterable[str]) -> bool:
    """Say whether two import statements bind one name to different things."""
    seen: dict[str, tuple[str, str]] = {}
    return any(
        seen.setdefault(one.local, one.meaning) != one.meaning
        for statement in statements
        for one in bound_by(statement)
    )


def compatible(statements: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """Return those of `more` that bind no name which `statements` bind to something else."""
    seen = {one.local: one.meaning for text in statements for one in bound_by(text)}
    return tuple(
        text
        for text in more
        if all(seen.get(one.local, one.meaning) == one.meaning for one in bound_by(text))
    )


@dataclass(frozen=True, slots=True)
class ImportStyle:
    """How one program spells its imports; drawn once, so that all its sides agree."""

    seed: str
    shuffled: bool
    grouped: bool
    respell: float
    unrelated: tuple[str, ...]
    future: bool

    @classmethod
    def draw(cls, rng: random.Random) -> "ImportStyle":
        """Draw a style."""
        return cls(
            seed=str(rng.random()),
            shuffled=rng.random() < 0.3,
            grouped=rng.random() < 0.5,
            respell=0.35 if rng.random() < 0.4 else 0.0,
            unrelated=tuple(rng.sample(_UNRELATED, rng.choice((0, 0, 0, 1, 2)))),
            future=rng.random() < 0.12,
        )


def with_imports(body: str, statements: Sequence[str], style: ImportStyle) -> str:
    """Put the imports that `body` needs above it.

    Raises SyntaxError when `body` does not parse.
    """
    tree = ast.parse(body)
    seen = _Names(tree)
    wanted: dict[str, Bound] = {}
    # `import a.b` and `import a` bind the same name: both are kept when the text needs them.
    for one in (bound for text in statements for bound in bound_by(text)):
        dotted = not one.name and "." in one.module and one.local == one.module.split(".", 1)[0]
        if one.local in seen.imported:
            continue
        if one.local in seen.loaded and (not dotted or one.module in body):
            wanted.setdefault(one.text, one)
    edits: list[_Edit] = []
    texts: list[str] = []
    taken = set(seen.all) | {one.local for one in wanted.values()}
    shared = Counter(one.local for one in wanted.values())
    for one in wanted.values():
        if shared[one.local] > 1:
            texts.append(one.text)
            continue
        text, changed = _respelled(one, seen, style, taken)
        edits += changed
        texts += text
        taken.update(bound.local for line in text for bound in bound_by(line))
    body = _edited(body, edits)
    for unrelated in style.unrelated:
        fresh = bound_by(unrelated)[0].local
        if fresh not in seen.all and unrelated not in texts:
            texts.append(unrelated)
    header = _block(texts, style)
    if style.future:
        header = f"from __future__ import annotations\n{header}"
    return f"{header}\n\n{body}" if header else body


class _Names(ast.NodeVisitor):
    """The names of a module: what is read, what is bound, and where."""

    def __init__(self, tree: ast.Module) -> None:
        self.loaded: dict[str, list[ast.Name]] = {}
        self.stored: set[str] = set()
        self.attributes: dict[int, ast.Attribute] = {}
        self.in_strings: set[str] = set()
        self.imported = {
            one.local
            for node in tree.body
            if isinstance(node, ast.Import | ast.ImportFrom)
            for one in bound_by(ast.unparse(node))
        }
        self._depth = 0
        self.visit(tree)
        self.all = self.stored | set(self.loaded)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._depth += 1
        self.generic_visit(node)
        self._depth -= 1

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.value, ast.Name):
            self.attributes[id(node.value)] = node
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.loaded.setdefault(node.id, []).append(node)
            if self._depth:  # positions inside f-strings differ between Python versions
                self.in_strings.add(node.id)
        else:
            self.stored.add(node.id)

    def visit_arg(self, node: ast.arg) -> None:
        self.stored.add(node.arg)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.stored.add(node.name)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.stored.add(node.name)
        self.generic_visit(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.stored.add(node.name)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.stored.add(node.name)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        self.stored.update((one.asname or one.name).split(".", 1)[0] for one in node.names)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.stored.update(one.asname or one.name for one in node.names)


_Edit = tuple[int, int, int, str]


def _respelled(
    one: Bound, seen: _Names, style: ImportStyle, taken: set[str]
) -> tuple[list[str], list[_Edit]]:
    """Return the statements that bind a name in this program, and the edits of its uses."""
    rng = random.Random(f"{style.seed}|{one.text}")  # noqa: S311 - reproducible data, no secret
    fixed = one.local in seen.stored or one.local in seen.in_strings
    found = None
    if one.plain and not fixed and rng.random() < style.respell:
        spell = _other_member if one.name else _other_module
        found = spell(one, seen, taken, rng)
    return found or ([one.text], [])


def _other_member(
    one: Bound, seen: _Names, taken: set[str], rng: random.Random
) -> tuple[list[str], list[_Edit]] | None:
    """Spell ``from a import b`` as ``import a`` or with an alias, where the names are free."""
    nodes = seen.loaded[one.local]
    if rng.random() < 0.5 and "." not in one.module:
        if one.module in taken:
            return None
        return [f"import {one.module}"], [_at(n, f"{one.module}.{one.name}") for n in nodes]
    alias = f"_{one.name}" if one.name[:1].islower() else f"{one.name}Type"
    if alias in taken:
        return None
    return [f"{one.text} as {alias}"], [_at(n, alias) for n in nodes]


def _other_module(
    one: Bound, seen: _Names, taken: set[str], rng: random.Random
) -> tuple[list[str], list[_Edit]] | None:
    """Spell ``import a`` as ``from a import b`` or with an alias, where the names are free."""
    nodes = seen.loaded[one.local]
    parents = [seen.attributes[id(node)] for node in nodes if id(node) in seen.attributes]
    members = sorted({parent.attr for parent in parents})
    direct = len(parents) == len(nodes) and all(p.end_lineno == p.lineno for p in parents)
    clash = any(name in taken or hasattr(builtins, name) for name in members)
    if direct and not clash and len(members) <= 3 and rng.random() < 0.65:
        edits = [_at(parent, parent.attr) for parent in parents]
        return [f"from {one.module} import {name}" for name in members], edits
    alias = _ALIASES.get(one.module, f"_{one.module}")
    if alias in taken:
        return None
    return [f"import {one.module} as {alias}"], [_at(n, alias) for n in nodes]


def _at(node: ast.expr, text: str) -> _Edit:
    return (node.lineno, node.col_offset, node.end_col_offset or node.col_offset, text)


def _edited(body: str, edits: list[_Edit]) -> str:
    if not edits:
        return body
    lines = body.split("\n")
    for line, start, end, text in sorted(edits, reverse=True):
        octets = lines[line - 1].encode()  # ast counts columns in UTF-8 octets
        lines[line - 1] = (octets[:start] + text.encode() + octets[end:]).decode()
    return "\n".join(lines)


def _block(texts: list[str], style: ImportStyle) -> str:
    texts = list(dict.fromkeys(texts))
    if style.grouped:
        texts = _merged(texts)
    if style.shuffled:
        random.Random(style.seed).shuffle(texts)  # noqa: S311 - reproducible data, no secret
    else:
        texts.sort(key=lambda text: (text.startswith("from"), text.lower()))
    return "\n".join(texts)


def _merged(texts: list[str]) -> list[str]:
    """Write ``from a import b`` and ``from a import c`` as one statement."""
    modules: dict[str, list[str]] = {}
    rest: list[str] = []
    for text in texts:
        if text.startswith("from "):
            module, _, name = text.partition(" import ")
            modules.setdefault(module, []).append(name)
        else:
            rest.append(text)
    return rest + [
        f"{module} import {', '.join(sorted(names))}" for module, names in modules.items()
    ]
