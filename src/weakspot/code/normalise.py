"""Turns syntax trees into the canonical lines a model reads, each with its place in the source.

What a small model should not have to learn is taken away: comments, docstrings, layout, import
aliases, the annotations of local variables. What it needs stays: names, literals (shortened),
structure. The output depends on the syntax tree only, so reformatting the source changes no
line. Any change here changes `NORMALISER_VERSION`, which model folders and caches record.
"""

import ast
from collections.abc import Sequence
from typing import Any

from weakspot.code.blocks import captured
from weakspot.code.emit import Break, Emitter, Part, arguments
from weakspot.code.imports import imported_names
from weakspot.code.literals import unparsed
from weakspot.code.simple import SIMPLE, unknown
from weakspot.core.unit import Line

NORMALISER_VERSION = "4"
# What model folders of these versions learnt from reads alike: 1 left out what stands beyond
# `MAX_TOKEN_LINE` of a line, 2 mixed up scopes of imports (2 to 3, and 7, of 1,000 units), 3
# counted lines where 4 counts statements, and showed more context (32 of 1,000).
READ_ALIKE = frozenset(["1", "2", "3", NORMALISER_VERSION])
MAX_LINE = 100  # characters; a longer statement is broken at its brackets
MAX_TOKEN_LINE = 240  # characters; what has no bracket to break at is cut there
# Imports are resolved into names; `pass` says nothing.
_SILENT = ast.Import | ast.ImportFrom | ast.Pass


def is_docstring(statement: ast.stmt) -> bool:
    """Say whether a statement is a bare string, which never does anything."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def is_state(statement: ast.stmt) -> bool:
    """Say whether a class runs a statement of its body, imports and what defines functions aside.

    A ``class`` or ``try`` counts if something inside of it does.
    """
    if isinstance(statement, ast.ClassDef):
        return any(is_state(child) for child in statement.body)
    if isinstance(statement, ast.Try | ast.TryStar):
        handled = [child for handler in statement.handlers for child in handler.body]
        children = [*statement.body, *handled, *statement.orelse, *statement.finalbody]
        return any(is_state(child) for child in children)
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.Constant)
    return not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | _SILENT)


class Normaliser:
    """Collects normalised lines of one unit.

    `elide` holds nested definitions (by identity) that are units of their own: headers, ``...``.
    """

    def __init__(self, names: dict[str, str], elide: frozenset[int] = frozenset()) -> None:
        self._emitter = Emitter(dict(names))
        self._elide = elide
        self.lines: list[Line] = []

    def aside(self, elide: frozenset[int]) -> "Normaliser":
        """Return a normaliser that adds to the same lines, with loads and bindings of its own."""
        other = Normaliser(self._emitter.names, elide)
        other.lines = self.lines
        return other

    def bind(self, name: str) -> None:
        """Take a name out of the imported ones: from here on it is something else."""
        self._emitter.bind(name)

    @property
    def names(self) -> dict[str, str]:
        """The imported names that nothing has bound anew so far."""
        return self._emitter.names

    @property
    def loads(self) -> set[str]:
        """Names and ``self.`` attributes read so far."""
        return self._emitter.loads

    @property
    def calls(self) -> set[str]:
        """Full names of the functions called so far that an import may have brought."""
        return self._emitter.calls

    def body(self, statements: Sequence[ast.stmt], indent: int) -> None:
        """Add a block of statements at an indentation level."""
        before = len(self.lines)
        for statement in statements:
            if not is_docstring(statement):
                self.statement(statement, indent)
        if len(self.lines) == before and statements and indent:
            last = statements[-1]
            end = last.end_lineno or last.lineno
            self.lines.append(Line("pass", indent, statements[0].lineno, end))

    def statement(self, node: ast.stmt, indent: int) -> None:
        """Add one statement with everything below it."""
        compound = _COMPOUND.get(type(node))
        if compound is not None:
            compound(self, node, indent)
            return
        if isinstance(node, _SILENT):
            return
        simple = SIMPLE.get(type(node), unknown)
        self._emitter.start()
        if simple(self._emitter, node) is not False:
            self._flush(indent, node.lineno, node.end_lineno or node.lineno)

    def header(self, text: str, node: Any, indent: int, end: int) -> None:
        """Add ``text`` followed by the expression `node` (or nothing) and a colon."""
        emitter = self._emitter
        emitter.start()
        emitter.parts.append(text)
        if node is not None:
            emitter.expr(node)
        emitter.parts.append(":")
        line = node.lineno if node is not None else end
        self._flush(indent, line, max(line, end))

    def signature(self, node: Any, indent: int) -> None:
        """Add the decorators and the ``def`` or ``class`` line of a definition."""
        emitter = self._emitter
        for decorator in node.decorator_list:
            emitter.start()
            emitter.parts.append("@")
            emitter.expr(decorator)
            self._flush(indent, decorator.lineno, decorator.end_lineno or decorator.lineno)
        emitter.start()
        if isinstance(node, ast.ClassDef):
            emitter.parts.append("class " + node.name)
            if node.bases or node.keywords:
                emitter.items([*node.bases, *node.keywords], "(", ")")
            emitter.parts.append(":")
        else:
            prefix = "async def " if isinstance(node, ast.AsyncFunctionDef) else "def "
            emitter.parts.append(prefix + node.name + "(")
            arguments(emitter, node.args)
            emitter.parts.append("):")
        end = max(node.lineno, node.body[0].lineno - 1) if node.body else node.lineno
        self._flush(indent, node.lineno, end)

    def definition(self, node: Any, indent: int) -> None:
        """Add a function or class, its body elided where it is a unit of its own."""
        with self._emitter.inner():
            if not isinstance(node, ast.ClassDef):
                self._emitter.names.update(imported_names(node))
            self.signature(node, indent)
            if id(node) in self._elide:
                self.lines.append(Line("...", indent + 1, node.lineno, node.lineno))
                if isinstance(node, ast.ClassDef):  # only its methods are units
                    state = [child for child in node.body if is_state(child)]
                    self.aside(self._elide).body(state, indent + 1)
            else:
                self.body(node.body, indent + 1)
        self.bind(node.name)

    def _flush(self, indent: int, first: int, last: int) -> None:
        parts = self._emitter.parts
        text = "".join([part for part in parts if type(part) is str])
        if len(text) <= MAX_LINE:
            self.lines.append(Line(text, indent, first, last))
            return
        pieces = _broken(parts, 1, first)
        for index, (piece, line, deeper) in enumerate(pieces):
            end = pieces[index + 1][1] - 1 if index + 1 < len(pieces) else last
            place = (line, max(line, end), (first, last))
            begin, *rest = in_parts(piece)
            self.lines.append(Line(begin, indent + deeper, *place))
            self.lines += [Line(part, indent + max(deeper, 1), *place) for part in rest]


def in_parts(text: str) -> list[str]:
    """Cut a text into parts of at most `MAX_TOKEN_LINE` characters, between words where it can."""
    parts: list[str] = []
    start = 0
    while len(text) - start > MAX_TOKEN_LINE:
        end = text.rfind(" ", start + MAX_TOKEN_LINE // 2, start + MAX_TOKEN_LINE) + 1
        end = end or start + MAX_TOKEN_LINE
        parts.append(text[start:end].rstrip())
        start = end
    return [*parts, text[start:]]


def _broken(parts: Sequence[Part], depth: int, first: int) -> list[tuple[str, int, int]]:
    """Break a long statement at the brackets of nesting `depth`; deeper where still too long.

    Returns (text, source line, extra indentation) for each resulting line.
    """
    groups: list[tuple[list[Part], int, int]] = [([], first, 0)]
    for part in parts:
        if isinstance(part, Break) and part.depth == depth:
            groups.append(([], part.line, 1))
        else:
            groups[-1][0].append(part)
    lines: list[tuple[str, int, int]] = []
    for group, line, extra in groups:
        text = "".join([part for part in group if type(part) is str]).rstrip()
        deeper = [part for part in group if isinstance(part, Break)]
        if len(text) > MAX_LINE and deeper:
            nested = _broken(group, min(part.depth for part in deeper), line)
            lines += [(piece, at, extra + more) for piece, at, more in nested]
        elif text:
            lines.append((text, line, extra))
    return lines


def _block(self: Normaliser, statements: list[ast.stmt], word: str, indent: int) -> None:
    if statements:
        self.header(word, None, indent, statements[0].lineno)
        self.body(statements, indent + 1)


def _if(self: Normaliser, node: ast.If, indent: int) -> None:
    word = "if "
    while True:
        self.header(word, node.test, indent, node.test.end_lineno or node.lineno)
        self.body(node.body, indent + 1)
        if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node, word = node.orelse[0], "elif "
            continue
        _block(self, node.orelse, "else", indent)
        return


def _for(self: Normaliser, node: ast.For | ast.AsyncFor, indent: int) -> None:
    emitter = self._emitter
    emitter.start()
    emitter.parts.append("async for " if isinstance(node, ast.AsyncFor) else "for ")
    emitter.expr(node.target)
    emitter.parts.append(" in ")
    emitter.expr(node.iter)
    emitter.parts.append(":")
    self._flush(indent, node.lineno, node.iter.end_lineno or node.lineno)
    self.body(node.body, indent + 1)
    _block(self, node.orelse, "else", indent)


def _while(self: Normaliser, node: ast.While, indent: int) -> None:
    self.header("while ", node.test, indent, node.test.end_lineno or node.lineno)
    self.body(node.body, indent + 1)
    _block(self, node.orelse, "else", indent)


def _with(self: Normaliser, node: ast.With | ast.AsyncWith, indent: int) -> None:
    emitter = self._emitter
    emitter.start()
    emitter.parts.append("async with " if isinstance(node, ast.AsyncWith) else "with ")
    end = node.lineno
    for index, item in enumerate(node.items):
        if index:
            emitter.parts.append(", ")
        emitter.parts.append(Break(1, item.context_expr.lineno))
        emitter.depth += 1
        emitter.expr(item.context_expr)
        if item.optional_vars is not None:
            emitter.parts.append(" as ")
            emitter.expr(item.optional_vars)
        emitter.depth -= 1
        end = max(end, item.context_expr.end_lineno or end)
    emitter.parts.append(":")
    self._flush(indent, node.lineno, end)
    self.body(node.body, indent + 1)


def _try(self: Normaliser, node: Any, indent: int) -> None:
    self.header("try", None, indent, node.lineno)
    self.body(node.body, indent + 1)
    word = "except* " if type(node).__name__ == "TryStar" else "except "
    for handler in node.handlers:
        if handler.type is None:
            self.header("except", None, indent, handler.lineno)
        else:
            self.header(word, handler.type, indent, handler.lineno)
        if handler.name is not None:
            self.bind(handler.name)
        self.body(handler.body, indent + 1)
    _block(self, node.orelse, "else", indent)
    _block(self, node.finalbody, "finally", indent)


def _match(self: Normaliser, node: ast.Match, indent: int) -> None:
    self.header("match ", node.subject, indent, node.subject.end_lineno or node.lineno)
    for case in node.cases:
        emitter = self._emitter
        emitter.start()
        emitter.parts.append("case " + unparsed(case.pattern))
        for name in captured(case.pattern):
            emitter.bind(name)
        if case.guard is not None:
            emitter.parts.append(" if ")
            emitter.expr(case.guard)
        emitter.parts.append(":")
        line = case.pattern.lineno
        self._flush(indent + 1, line, case.pattern.end_lineno or line)
        self.body(case.body, indent + 2)


_COMPOUND: dict[type[ast.stmt], Any] = {
    ast.FunctionDef: Normaliser.definition,
    ast.AsyncFunctionDef: Normaliser.definition,
    ast.ClassDef: Normaliser.definition,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
}
