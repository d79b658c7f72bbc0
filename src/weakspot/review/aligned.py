"""Lays the two sides of a pair beside each other: which line answers which, and what changed in it.

difflib matches the lines that are the same; between those, the lines most alike stand together.
It takes the product of what repeats, times the length: a pair has one budget for it, and what no
longer fits is shown as it comes, changed as a whole.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import pairwise
from typing import Final

from weakspot.dataset.pairs import Pair
from weakspot.review.syntax import ODD, Piece, pieces

_ALIKE: Final = 0.4  # share of common words from which two changed lines stand together
_MOST_COMPARED: Final = 2_500  # pairs of lines; in larger changes lines stand as they come
_MOST_STEPS: Final = 5_000_000  # of difflib for one pair; the shipped pairs take 57,000 at most
_WORDS: Final = re.compile(r"\w+|\s+|[^\w\s]")
_WORD: Final = re.compile(r"\w+|[^\w\s]")
CHANGED: Final = "chg"


class Kind(StrEnum):
    """What a row of the two columns shows."""

    SAME = "same"
    CHANGED = "changed"
    REMOVED = "removed"  # only in the vulnerable side
    ADDED = "added"  # only in the fixed side


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of one side: its 1-based number, whether it is marked as weak, its pieces."""

    number: int
    is_weak: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line of the vulnerable side, that of the fixed side, or both."""

    kind: Kind
    vulnerable: Cell | None
    fixed: Cell | None


class _Matcher:
    """Asks difflib about lines and words of one pair, as long as the budget lasts."""

    def __init__(self) -> None:
        self._left = _MOST_STEPS

    def opcodes(
        self, left: Sequence[str], right: Sequence[str]
    ) -> Sequence[tuple[str, int, int, int, int]]:
        if not self._takes(left, right):
            return [("replace", 0, len(left), 0, len(right))]
        return SequenceMatcher(None, left, right, autojunk=False).get_opcodes()

    def likeness(self, left: Sequence[str], right: Sequence[str]) -> float:
        if not left or not right or not self._takes(left, right):
            return 0.0
        return SequenceMatcher(None, left, right, autojunk=False).ratio()

    def _takes(self, left: Sequence[str], right: Sequence[str]) -> bool:
        """Spend the most steps that this can take, where that many are left.

        For each stretch in common all places of the same word are looked at, on both sides, and
        there are at most as many stretches as words of the shorter side.
        """
        ours, theirs = Counter(left), Counter(right)
        same = sum(count * theirs[word] for word, count in ours.items())
        steps = (same + len(left) + len(right)) * (min(len(left), len(right)) + 1)
        if steps > self._left:
            return False
        self._left -= steps
        return True


def aligned(pair: Pair) -> tuple[Row, ...]:
    """Return the rows of both columns."""
    matcher = _Matcher()
    left = pair.vulnerable.code.removesuffix("\n").split("\n")
    right = pair.fixed.code.removesuffix("\n").split("\n")
    coloured = pieces(pair.vulnerable.code), pieces(pair.fixed.code)
    weak = frozenset(pair.vulnerable.lines)

    def cell(side: int, at: int, spans: Sequence[tuple[int, int]] = ()) -> Cell:
        is_weak = side == 0 and at + 1 in weak
        return Cell(at + 1, is_weak, tuple(_marked(coloured[side][at], spans)))

    rows: list[Row] = []
    for one, other in _matched(matcher, left, right):
        if one is None and other is not None:
            rows.append(Row(Kind.ADDED, None, cell(1, other)))
        elif other is None and one is not None:
            rows.append(Row(Kind.REMOVED, cell(0, one), None))
        elif one is not None and other is not None:
            if left[one] == right[other]:
                rows.append(Row(Kind.SAME, cell(0, one), cell(1, other)))
                continue
            spans = _changes(matcher, left[one], right[other])
            rows.append(Row(Kind.CHANGED, cell(0, one, spans[0]), cell(1, other, spans[1])))
    return tuple(rows)


def _matched(
    matcher: _Matcher, left: Sequence[str], right: Sequence[str]
) -> Iterator[tuple[int, int] | tuple[int, None] | tuple[None, int]]:
    """Yield indices into both sides; None where a line has no counterpart."""
    for tag, start, end, other, until in matcher.opcodes(left, right):
        if tag == "equal":
            yield from zip(range(start, end), range(other, until), strict=True)
            continue
        partners = _partners(matcher, left[start:end], right[other:until])
        at, beside = start, other
        for one, two in (*partners, (end - start, until - other)):
            yield from ((index, None) for index in range(at, start + one))
            yield from ((None, index) for index in range(beside, other + two))
            if one < end - start:
                yield start + one, other + two
            at, beside = start + one + 1, other + two + 1


def _partners(
    matcher: _Matcher, left: Sequence[str], right: Sequence[str]
) -> list[tuple[int, int]]:
    """Return which lines of a change stand together, in order: those with the most in common."""
    if len(left) * len(right) > _MOST_COMPARED:
        return [(at, at) for at in range(min(len(left), len(right)))]
    ours, theirs = ([_WORD.findall(line) for line in side] for side in (left, right))
    # best[i][j]: the most likeness that lines from i and j on can have, kept in order.
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    alike = [[matcher.likeness(one, other) for other in theirs] for one in ours]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            together = alike[i][j] + best[i + 1][j + 1] if alike[i][j] >= _ALIKE else 0.0
            best[i][j] = max(together, best[i + 1][j], best[i][j + 1])
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if alike[i][j] >= _ALIKE and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _changes(
    matcher: _Matcher, left: str, right: str
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the character spans that differ, of either line."""
    words = _WORDS.findall(left), _WORDS.findall(right)
    starts = [_starts(line) for line in words]
    spans: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for tag, start, end, other, until in matcher.opcodes(*words):
        if tag == "equal":
            continue
        for side, (first, last) in enumerate(((start, end), (other, until))):
            if first < last:
                spans[side].append((starts[side][first], starts[side][last]))
    return spans


def _starts(words: Sequence[str]) -> list[int]:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return starts


def _marked(line: Sequence[Piece], spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    """Cut the pieces of a line at the spans' ends, and mark those inside as changed."""
    at = 0
    for text, kind in line:
        # A character that is named stands for one, however long its name is.
        length = 1 if kind == ODD else len(text)
        cuts = {cut for span in spans for cut in span if at < cut < at + length}
        edges = sorted({at, at + length, *cuts})
        for start, end in pairwise(edges):
            part = text if kind == ODD else text[start - at : end - at]
            inside = any(first <= start and end <= last for first, last in spans)
            yield part, f"{kind} {CHANGED}".strip() if inside else kind
        at += length
