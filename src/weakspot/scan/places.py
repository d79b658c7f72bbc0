"""Turns a model's evidence on normalised lines into places in the source file."""

from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.core.finding import FlaggedLine
from weakspot.core.score import CweEvidence
from weakspot.core.span import Span
from weakspot.core.unit import Line, Unit

MOST_FLAGGED = 3
SHARE_OF_BEST = 0.5  # a line is flagged with at least this share of the best line's score
SHARE_OF_ALIKE = 0.9
LONGEST_TEXT = 400  # characters of a source line that a finding carries


@dataclass(frozen=True, slots=True)
class Place:
    """Where one CWE shows in one unit.

    `index` is the best line's position in the unit. `alike` are the texts of further lines that
    carry the weakness about as strongly: one more of them is another weakness. `whole` are the
    first and last line of the statement where `span` is a piece of it only.
    """

    span: Span
    lines: tuple[FlaggedLine, ...]
    index: int
    alike: tuple[str, ...] = ()
    whole: tuple[int, int] | None = None


def ranked(scores: Sequence[float], count: int) -> list[int]:
    """Return the positions of a unit's `count` lines, the highest score first, then in order."""
    known = [*scores[:count], *([0.0] * (count - len(scores)))]
    return sorted(range(count), key=lambda index: (-known[index], index))


def place(unit: Unit, evidence: CweEvidence, source: Sequence[str]) -> Place:
    """Choose the lines of `unit` that carry the weakness; `source` is the file's lines."""
    order = ranked(evidence.lines, len(unit.lines))
    if not order:
        span = statement(unit.span.start_line, unit.span.start_line, source)
        return Place(span, (FlaggedLine(span.start_line, 0.0, _text(source, span.start_line)),), 0)
    scores = dict(enumerate(evidence.lines))
    best = scores.get(order[0], 0.0)
    flagged: dict[int, FlaggedLine] = {}
    for index in order[:MOST_FLAGGED]:
        score = scores.get(index, 0.0)
        if index != order[0] and (best <= 0 or score < best * SHARE_OF_BEST):
            break
        line = _start(unit.lines[index], source)
        flagged.setdefault(line, FlaggedLine(line, score, _text(source, line)))
    top = unit.lines[order[0]]
    span = statement(top.source_line, top.source_end_line, source)
    alike = sorted(
        unit.lines[index].text
        for index in order[1:]
        if best > 0 and scores.get(index, 0.0) >= best * SHARE_OF_ALIKE
    )
    return Place(span, tuple(flagged.values()), order[0], tuple(alike), top.whole)


def statement(first: int, last: int, source: Sequence[str]) -> Span:
    """Return the span of source lines `first` to `last`, without blanks and comments around."""
    first = _nearest(first, source)
    last = max(first, _nearest(last, source))
    while first < last and not _has_code(source, first):
        first += 1
    while last > first and not _has_code(source, last):
        last -= 1
    start = _line(source, first)
    end = _line(source, last)
    column = len(start) - len(start.lstrip()) + 1
    end_column = len(end.rstrip()) + 1
    return Span(first, column, last, max(end_column, column if first == last else 1))


def _start(line: Line, source: Sequence[str]) -> int:
    return _nearest(line.source_line, source)


def _nearest(line: int, source: Sequence[str]) -> int:
    return min(max(line, 1), max(len(source), 1))


def _line(source: Sequence[str], number: int) -> str:
    return source[number - 1] if number <= len(source) else ""


def _has_code(source: Sequence[str], number: int) -> bool:
    text = _line(source, number).strip()
    return bool(text) and not text.startswith("#")


def _text(source: Sequence[str], number: int) -> str:
    return _line(source, number)[:LONGEST_TEXT]
