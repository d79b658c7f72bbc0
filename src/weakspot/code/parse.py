"""Parses Python tolerantly: what does not parse costs its own statement, not the file.

`ast` reads what the running interpreter understands. Where it refuses, tree-sitter finds the
statements, each is tried on its own, and the smallest broken ones are replaced by ``pass`` and
reported as lost, with their text. Line numbers never change.
"""

import ast
import warnings
from dataclasses import dataclass

import tree_sitter
import tree_sitter_python

from weakspot.core.span import Span

MAX_DEPTH = 24  # nested blocks that are searched for the smallest broken statement
WORK = 30  # how often, at most, the text may be parsed again in pieces
_REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError)


@dataclass(frozen=True, slots=True)
class Lost:
    """A region that could not be parsed: where, its text, and the parser's reason."""

    span: Span
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A syntax tree whose places refer to the text as given, and what is missing from it."""

    tree: ast.Module
    lost: tuple[Lost, ...] = ()


def parse(text: str) -> Parsed:
    """Parse a source text; never raises for its content."""
    try:
        return Parsed(_ast(text))
    except _REFUSALS:
        return _Recovery(text).parsed()


def _ast(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in the code that is read
        return ast.parse(text)


class _Recovery:
    """Finds and blanks the smallest statements that do not parse."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._budget = WORK * (len(text) + 1_000)
        self._lost: list[Lost] = []
        parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))
        data = text.encode("utf-8", "replace")
        self._root = parser.parse(data).root_node

    def parsed(self) -> Parsed:
        body: list[ast.stmt] = []
        for first, last, node in self._statements(self._root, 1, len(self._lines)):
            self._mend(first, last, node, MAX_DEPTH)
            try:
                piece = self._try(first, last)
            except _REFUSALS as error:  # the budget ran out, or mending was not enough
                self._blank(first, last, _reason(error))
                continue
            body += piece.body
        body.sort(key=lambda statement: statement.lineno)
        order = sorted(self._lost, key=lambda lost: lost.span)
        return Parsed(ast.Module(body=body, type_ignores=[]), tuple(order))

    def _statements(
        self, node: tree_sitter.Node | None, first: int, last: int
    ) -> list[tuple[int, int, tree_sitter.Node | None]]:
        """Split lines `first` … `last` into statements: (first line, last line, node)."""
        found: list[tuple[int, int, tree_sitter.Node | None]] = []
        at = first
        for child in node.children if node is not None else ():
            start, end = child.start_point[0] + 1, child.end_point[0] + 1
            if child.end_point[1] == 0 and end > start:
                end -= 1
            if child.type == "comment" or end < at or start > last:
                continue
            if start < at:  # shares a line with the statement before it
                if found:
                    found[-1] = (found[-1][0], min(end, last), None)
                    at = min(end, last) + 1
                continue
            found.append((start, min(end, last), child))
            at = min(end, last) + 1
        return found

    def _mend(self, first: int, last: int, node: tree_sitter.Node | None, depth: int) -> None:
        """Blank the smallest broken statements inside lines `first` … `last`."""
        try:
            self._try(first, last)
        except _REFUSALS as error:
            reason = _reason(error)
        else:
            return
        blocks = self._blocks(node) if node is not None and depth and self._budget > 0 else []
        for block in blocks:
            low, high = block.start_point[0] + 1, block.end_point[0] + 1
            if low <= first:
                continue  # on the header's own line
            for start, end, child in self._statements(block, low, min(high, last)):
                self._mend(start, end, child, depth - 1)
        if node is not None and node.type == "ERROR" and last > first:
            self._mend_lines(first, last)
        try:
            self._try(first, last)
        except _REFUSALS:
            self._blank(first, last, reason)

    def _mend_lines(self, first: int, last: int) -> None:
        """Treat a region without any structure: keep each flush block that parses alone."""
        margin = min(
            (_indent(line) for line in self._lines[first - 1 : last] if line.strip()), default=0
        )
        starts = [
            number
            for number in range(first, last + 1)
            if self._lines[number - 1].strip() and _indent(self._lines[number - 1]) == margin
        ]
        for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
            try:
                self._try(start, following - 1)
            except _REFUSALS as error:
                self._blank(start, following - 1, _reason(error))

    def _blocks(self, node: tree_sitter.Node) -> list[tree_sitter.Node]:
        """Return the blocks directly below a compound statement, clauses included."""
        found: list[tree_sitter.Node] = []
        stack = list(reversed(node.children))
        while stack:
            child = stack.pop()
            if child.type == "block":
                found.append(child)
            elif child.type.endswith(("_clause", "_definition")):
                stack += reversed(child.children)
        return found

    def _try(self, first: int, last: int) -> ast.Module:
        """Parse some lines alone; places are moved to where they stand in the file."""
        text = "\n".join(self._lines[first - 1 : last])
        self._budget -= len(text)
        if self._budget < 0:
            raise SyntaxError("too much of this file does not parse")
        if text[:1] in " \t\f":
            tree = _ast("if 1:\n" + text)
            inner = tree.body[0]
            tree = ast.Module(body=inner.body if isinstance(inner, ast.If) else [], type_ignores=[])
            return _moved(tree, first - 2)
        return _moved(_ast(text), first - 1)

    def _blank(self, first: int, last: int, reason: str) -> None:
        text = "\n".join(self._lines[first - 1 : last])
        if not text.strip():
            return
        end_column = len(self._lines[last - 1]) + 1
        self._lost.append(Lost(Span(first, 1, last, end_column), text, reason))
        for number in range(first, last + 1):
            line = self._lines[number - 1]
            self._lines[number - 1] = line[: _indent(line)] + "pass" if number == first else ""


def _reason(error: BaseException) -> str:
    """Return the parser's message without the place, which refers to a piece of the file."""
    return error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__


def _moved(tree: ast.Module, by: int) -> ast.Module:
    if by:
        ast.increment_lineno(tree, by)
    return tree


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
