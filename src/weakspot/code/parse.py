"""Parses Python tolerantly: what does not parse costs its own statement, not the file.

`ast` reads what the running interpreter understands. Where it refuses, tree-sitter finds the
statements, each is tried on its own, and the smallest broken ones are replaced by ``pass`` and
reported as lost, with their text. Line numbers never change. Trees are never deeper than
`weakspot.code.depth.MAX_NESTING` levels of expressions, so that visitors may recurse.
"""

import ast
import re
import warnings
from dataclasses import dataclass

import tree_sitter
import tree_sitter_python

from weakspot.code.depth import cut_deep
from weakspot.core.span import Span

MAX_DEPTH = 24  # nested blocks that are searched for the smallest broken statement
WORK = 30  # how often, at most, the text may be parsed again in pieces
TOO_DEEP = "expressions are nested too deeply"
NO_MEMORY = "over the memory limit, or nested too deeply"  # CPython's parser raises one for both
_PLACE = re.compile(r" \(detected at line \d+\)| on line \d+")  # in messages of the parser
_REFUSALS = (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, SystemError)

Piece = tuple[int, int, tree_sitter.Node | None]  # first and last line, and what spans them
Region = tuple[int, int, str]  # first and last line, 1-based, and why they are lost


@dataclass(frozen=True, slots=True)
class Lost:
    """Whole lines that could not be parsed: where, their text, and the parser's reason."""

    span: Span
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A syntax tree whose places refer to the text as given, and what is missing from it.

    `refused` is where CPython refuses the text though nothing is missing: each piece parses alone.
    """

    tree: ast.Module
    lost: tuple[Lost, ...] = ()
    refused: Lost | None = None


def parse(text: str) -> Parsed:
    """Parse a source text; never raises for its content.

    Every line that holds code is either in a statement of the tree or in `lost`.
    """
    refused: list[Region] = []
    try:
        tree = _ast(text)
        regions: list[Region] = []
    except _REFUSALS as error:
        tree, regions = _Recovery(text).parsed()
        refused = [_refused(error, text)]
    regions += [(first, last, TOO_DEEP) for first, last in cut_deep(tree, text)]
    if regions or not refused:
        return Parsed(tree, _lost(regions, text))
    return Parsed(tree, refused=_lost(refused, text)[0])


def _refused(error: BaseException, text: str) -> Region:
    line = error.lineno if isinstance(error, SyntaxError) else None
    at = min(max(line or 1, 1), text.count("\n") + 1)
    return at, at, _reason(error)


def _lost(regions: list[Region], text: str) -> tuple[Lost, ...]:
    """Join regions that overlap or touch; the first one's reason speaks for all."""
    joined: list[Region] = []
    for first, last, reason in sorted(regions):
        if joined:
            start, end, known = joined[-1]
            if first <= end + 1:
                joined[-1] = (start, max(end, last), known)
                continue
        joined.append((first, last, reason))
    lines = text.split("\n") if joined else []
    return tuple(
        Lost(
            Span(first, 1, last, len(lines[last - 1]) + 1),
            "\n".join(lines[first - 1 : last]),
            reason,
        )
        for first, last, reason in joined
    )


def _ast(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in the code that is read
        return ast.parse(text)


class _Recovery:
    """Finds and blanks the smallest statements that do not parse."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._budget = WORK * (len(text) + 1_000)
        self._lost: list[Region] = []
        parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))
        data = text.encode("utf-8", "replace")
        self._root = parser.parse(data).root_node

    def parsed(self) -> tuple[ast.Module, list[Region]]:
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
        return ast.Module(body=body, type_ignores=[]), self._lost

    def _statements(self, node: tree_sitter.Node | None, first: int, last: int) -> list[Piece]:
        """Split lines `first` … `last` into statements: (first line, last line, node)."""
        found: list[Piece] = []
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
            self._gap(found, at, start - 1)
            found.append((start, min(end, last), child))
            at = min(end, last) + 1
        self._gap(found, at, last)
        return found

    def _gap(self, found: list[Piece], first: int, last: int) -> None:
        """Add lines that tree-sitter puts into no statement, if they hold code."""
        while first <= last and not _has_code(self._lines[first - 1]):
            first += 1
        if first <= last:
            found.append((first, last, None))

    def _mend(self, first: int, last: int, node: tree_sitter.Node | None, depth: int) -> None:
        """Blank the smallest broken statements inside lines `first` … `last`."""
        reason = self._refusal(first, last)
        if not reason:
            return
        blocks = self._blocks(node) if node is not None and depth and self._budget > 0 else []
        for block in blocks:
            low, high = block.start_point[0] + 1, block.end_point[0] + 1
            if low <= first:
                continue  # on the header's own line
            for start, end, child in self._statements(block, low, min(high, last)):
                self._mend(start, end, child, depth - 1)
        if node is not None:
            self._mend_header(first, last, node)
        if last > first and self._refusal(first, last):
            # Pieces of what only memory was short for break for reasons that the whole has not.
            self._mend_lines(first, last, depth, reason if reason == NO_MEMORY else "")
        if self._refusal(first, last):
            self._blank(first, last, reason)

    def _mend_header(self, first: int, last: int, node: tree_sitter.Node) -> None:
        """Blank the type parameters of a definition (PEP 695) if all else of it parses."""
        node = node.child_by_field_name("definition") or node
        brackets = node.child_by_field_name("type_parameters")
        body = node.child_by_field_name("body")
        if brackets is None or body is None or self._budget <= 0:
            return
        reason = self._refusal(first, last)
        if not reason:
            return
        kept = self._lines[first - 1 : last]
        (low, begin), (high, end) = brackets.start_point, brackets.end_point
        for row in range(low, high + 1):
            line = self._lines[row].encode("utf-8", "replace")
            left = line[: begin if row == low else 0].decode("utf-8", "ignore")
            right = line[end if row == high else len(line) :].decode("utf-8", "ignore")
            blank = " " * (len(self._lines[row]) - len(left) - len(right))
            self._lines[row] = left + blank + right if row == high else f"{left}{blank[1:]}\\"
        if self._refusal(first, last):
            self._lines[first - 1 : last] = kept
        else:
            at = node.start_point[0] + 1
            self._lost.append((at, max(at, body.start_point[0]), reason))

    def _mend_lines(self, first: int, last: int, depth: int, known: str = "") -> None:
        """Treat a region without any structure by its indentation alone.

        What of it is lost is lost for the `known` reason, without one for its own.
        """
        held = [n for n in range(first, last + 1) if self._lines[n - 1].strip()]
        if not held or self._budget <= 0:
            return
        margin = min(_indent(self._lines[number - 1]) for number in held)
        starts = [number for number in held if _indent(self._lines[number - 1]) == margin]
        if held[0] < starts[0]:
            starts.insert(0, held[0])
        for start, following in zip(starts, [*starts[1:], last + 1], strict=True):
            end = following - 1
            reason = self._refusal(start, end)
            if reason and end > start and depth:
                self._mend_lines(start + 1, end, depth - 1, known)
                reason = self._refusal(start, end)
            if reason:
                self._blank(start, end, known or reason)

    def _refusal(self, first: int, last: int) -> str:
        """Return why some lines do not parse alone, or nothing."""
        try:
            self._try(first, last)
        except _REFUSALS as error:
            return _reason(error)
        return ""

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
        text = text.lstrip("\f")  # CPython counts columns anew behind a form feed
        if text[:1] in (" ", "\t"):
            tree = _ast("if 1:\n" + text)
            inner, *dedented = tree.body
            if not isinstance(inner, ast.If) or inner.orelse:
                raise SyntaxError("'else' without its 'if'")  # it joined the one added here
            tree = ast.Module(body=[*inner.body, *dedented], type_ignores=[])
            return _moved(tree, first - 2)
        return _moved(_ast(text), first - 1)

    def _blank(self, first: int, last: int, reason: str) -> None:
        while first <= last and not self._lines[first - 1].strip():
            first += 1
        if first > last:
            return
        while not self._lines[last - 1].strip():
            last -= 1
        self._lost.append((first, last, reason))
        for number in range(first, last + 1):
            line = self._lines[number - 1]
            self._lines[number - 1] = line[: _indent(line)] + "pass" if number == first else ""


def _reason(error: BaseException) -> str:
    """Return the parser's message without the place, which refers to a piece of the file."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if isinstance(error, RecursionError):
        return TOO_DEEP
    if isinstance(error, UnicodeError):
        return "holds lone surrogates"
    said = error.msg if isinstance(error, SyntaxError) else str(error) or type(error).__name__
    return _PLACE.sub("", said)


def _moved(tree: ast.Module, by: int) -> ast.Module:
    if by:
        ast.increment_lineno(tree, by)
    return tree


def _has_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _indent(line: str) -> int:
    """Return where a line's code begins."""
    return len(line) - len(line.lstrip())
