"""Turns a file whose comments mark weak and sound lines into rows, without the marks.

A row is one function or class at the top of the file that holds marks, with the imports and
assignments it uses; or, where marks stand outside of those, the rest of the file. A row is weak
if a line in it is; a row whose marks are all sound is sound, in the eyes of those marks.
"""

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakspot.core.errors import DataError
from weakspot.evaluate.readers.cutting import Cut, Definition, cut, keep, parsed, spans
from weakspot.evaluate.suites import Row

_EMPTY = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What a comment says of a line of code (not of its own line)."""

    line: int
    weak: bool
    cwes: tuple[str, ...]


def comments(text: str, path: Path) -> Iterator[tuple[tokenize.TokenInfo, int | None]]:
    """Yield each comment, and the next line below it that has code (None if there is none).

    Raises DataError for a source that is not made of Python's tokens.
    """
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, tokenize.TokenError) as error:
        raise DataError(f"{path}: does not parse: {error}") from error
    code = [one.start[0] for one in tokens if one.type not in {*_EMPTY, tokenize.ENDMARKER}]
    for token in tokens:
        if token.type == tokenize.COMMENT:
            yield token, next((line for line in code if line > token.start[0]), None)


def stripped(text: str, mark: re.Pattern[str], path: Path) -> str:
    """Return the source without the comments that a pattern matches; lines keep their numbers."""
    lines = text.split("\n")
    for token, _ in comments(text, path):
        if mark.match(token.string):
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines)


def rows_of(name: str, text: str, marks: Sequence[Mark], path: Path) -> Iterator[Row]:
    """Yield the rows of a file whose marks are stripped; `name` begins their ids.

    Raises DataError for a source that does not parse.
    """
    tree = parsed(text, path)
    weak = {mark.line for mark in marks if mark.weak}
    outside = {mark.line for mark in marks}
    rest = set(range(1, text.count("\n") + 2))
    for node in tree.body:
        own = spans(node)
        here = [mark for mark in marks if mark.line in own]
        if here and isinstance(node, Definition):
            outside -= own
            rest -= own
            first = node.lineno
            yield _row(f"{name}:{first}:{node.name}", cut(text, tree, node, weak - own), here)
    if outside:
        here = [mark for mark in marks if mark.line in outside]
        yield _row(f"{name}:1:<module>", keep(text, rest), here)


def _row(name: str, part: Cut, marks: Sequence[Mark]) -> Row:
    is_weak = any(mark.weak for mark in marks)
    telling = [mark for mark in marks if mark.weak == is_weak]
    cwes = tuple(dict.fromkeys(cwe for mark in telling for cwe in mark.cwes))
    lines = sorted({part.lines[mark.line] for mark in telling}) if is_weak else ()
    return Row(name, part.code, is_weak, cwes, tuple(lines), name)
