"""Reads one normalised statement as a syntax tree whose places are those of its text.

Normalised text is nearly Python (`weakspot.code.normalise`): headers lack their body, names of
relative imports begin with a dot, quotes inside of formatted strings are plain. These are covered
by characters of the same length, so that what the tree points at can be replaced in the text.
"""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from weakspot.code.emit import Emitter

_HEADER = re.compile(r"(?:async )?(class|def|with|for|if|while|elif|except\*?|match|case)\b.*:$")
_AROUND = {
    "elif": ("if _: ...\n", " ..."),
    "except": ("try: ...\n", " ..."),
    "except*": ("try: ...\n", " ..."),
    "match": ("", "\n case _: ..."),
    "case": ("match _:\n ", " ..."),
    "@": ("", "\ndef _(): ..."),
    "": ("", ""),
}
_RELATIVE = re.compile(r"(?<![\w.)\]}'\"])\.+(?=[A-Za-z_])")
_FORMATTED = re.compile(r"(?<!\w)f'")
_QUOTE = "\x01"  # stands for a plain quote inside of a formatted string
_MOST_ENDS, _MOST_TRIES = 24, 200  # of one formatted string, and of all in a statement


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces the characters from `start` up to `end`; an insertion where both are equal."""

    start: int
    end: int
    text: str


class Statement:
    """One statement, or the header of one: its text and its nodes."""

    def __init__(self, text: str, tree: ast.Module, line: int, shift: int) -> None:
        self.text = text
        self._bytes = text.encode("utf-8", "replace")
        self._line = line
        self._shift = shift
        self._tree = tree
        self._parents: dict[int, ast.AST] = {}
        for node in ast.walk(tree):
            for child in ast.iter_child_nodes(node):
                self._parents[id(child)] = node

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """All nodes with a place, without those inside of formatted strings that have none."""
        return tuple(self._placed(self._tree))

    def _placed(self, node: ast.AST, inside: bool = False) -> Iterator[ast.AST]:
        if self._has_place(node):
            if not inside:
                yield node
            elif self._is_exact(node):
                yield from self._placed(node)
                return
        inside = inside or isinstance(node, ast.JoinedStr)
        for child in ast.iter_child_nodes(node):
            yield from self._placed(child, inside)

    def _is_exact(self, node: ast.AST) -> bool:
        """Whether a node of a formatted string stands at its place; CPython 3.11 may be wrong."""
        if isinstance(node, ast.JoinedStr | ast.FormattedValue | ast.Constant):
            return False
        return emitted(node) == self.source(node)

    def _has_place(self, node: ast.AST) -> bool:
        return getattr(node, "lineno", 0) == getattr(node, "end_lineno", 0) == self._line

    @property
    def calls(self) -> Sequence[ast.Call]:
        """All calls."""
        return [node for node in self.nodes if isinstance(node, ast.Call)]

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that holds this one."""
        return self._parents.get(id(node))

    def place(self, node: ast.AST) -> tuple[int, int]:
        """Return where a node begins and ends in the text."""
        start, end = node.col_offset, node.end_col_offset  # type: ignore[attr-defined]  # placed
        return self._characters(start), self._characters(end)

    def _characters(self, offset: int) -> int:
        return len(self._bytes[: max(offset - self._shift, 0)].decode("utf-8", "ignore"))

    def source(self, node: ast.AST) -> str:
        """Return the text of a node."""
        start, end = self.place(node)
        return self.text[start:end]

    def replace(self, node: ast.AST, text: str) -> Edit:
        """Return the edit that puts `text` in place of a node."""
        return Edit(*self.place(node), text)

    def append(self, call: ast.Call, text: str) -> Edit:
        """Return the edit that adds arguments to a call."""
        end = self.place(call)[1] - 1
        return Edit(end, end, f", {text}" if call.args or call.keywords else text)

    def remove(self, call: ast.Call, argument: ast.AST) -> Edit:
        """Return the edit that takes an argument out of a call."""
        arguments = sorted([*call.args, *call.keywords], key=self.place)
        at = arguments.index(argument)
        if at:
            return Edit(self.place(arguments[at - 1])[1], self.place(argument)[1], "")
        start, end = self.place(argument)
        return Edit(start, self.place(arguments[1])[0] if len(arguments) > 1 else end, "")


def emitted(node: ast.AST) -> str:
    """Return the normalised text of an expression."""
    emitter = Emitter({})
    emitter.expr(node)
    return "".join(part for part in emitter.parts if isinstance(part, str))


def read(text: str) -> Statement | None:
    """Read a normalised statement or header; None where it is none, or only a piece of one."""
    header = _HEADER.match(text)
    before, after = _AROUND.get(
        "@" if text.startswith("@") else header[1] if header else "", ("", " ...")
    )
    line, shift = before.count("\n") + 1, len(before.rpartition("\n")[2])
    covered = _RELATIVE.sub(lambda dots: "_" * len(dots[0]), text)
    for tried in (text, *([covered] if covered != text else []), *_requoted(covered)):
        if (tree := _parsed(before + tried + after)) is not None:
            return Statement(text, tree, line, shift)
    return None


def rewritten(text: str, edits: Sequence[Edit], start: int, end: int) -> str | None:
    """Return the characters from `start` up to `end` of a statement after the edits.

    None where an edit is not within them, where two are at one place, or where what comes out is
    not a statement, or the same one.
    """
    made, at = "", start
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.start < at or edit.end > end:
            return None
        made += text[at : edit.start] + edit.text
        at = edit.end
    made += text[at:end]
    if made == text[start:end] or read(text[:start] + made + text[end:]) is None:
        return None
    return made


def _parsed(text: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes: they are somebody else's
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = node.value.replace(_QUOTE, "'")
    return tree if len(tree.body) == 1 else None


def _requoted(text: str) -> Iterator[str]:
    """Yield the text with the quotes inside of its formatted strings covered.

    Normalised text has them plain, so that where a string ends must be tried: the nearest first.
    """
    waiting = [(text, 0)]
    for _ in range(_MOST_TRIES):
        if not waiting:
            return
        made, done = waiting.pop()
        found = _FORMATTED.search(made, done)
        if found is None:
            yield made
            continue
        start = found.end()
        ends = [at for at in range(start, len(made)) if made[at] == "'"][:_MOST_ENDS]
        waiting += [
            (made[:start] + _covered(made[start:at]) + made[at:], at + 1) for at in reversed(ends)
        ]


def _covered(inner: str) -> str:
    """Return what stands in a formatted string with its quotes covered."""
    made = ""
    depth = 0
    for part in re.findall(r"\{\{|\}\}|\\.|.", inner):
        if part == "'":
            made += '"' if depth else _QUOTE
            continue
        if depth or len(part) == 1:  # doubled braces are text
            depth += part.count("{") - part.count("}")
        made += part
    return made
