"""The flagged lines of a finding, laid out for a terminal: numbers, code, and a caret line."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from weakspot.core.finding import Finding, FlaggedLine
from weakspot.report.neutral import visible_code
from weakspot.report.wording import flagged_place

MOST_LINES = 5
CROPPED = "…"


@dataclass(frozen=True, slots=True)
class ExcerptLine:
    """One row of an excerpt.

    `place` is the line's number, in a notebook with the cell, and empty for a row that is no code:
    the caret line, whose code is blanks and carets, or the row that stands for lines left out.
    """

    place: str
    code: str
    is_main: bool = False


def cells(text: str) -> int:
    """Return how many terminal cells `text` takes: East Asian wide characters take two."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def best_lines(finding: Finding, most: int = MOST_LINES) -> tuple[FlaggedLine, ...]:
    """Return the finding's `most` most suspicious lines in file order, the first one always."""
    start = finding.span.start_line
    ranked = sorted(finding.lines, key=lambda f: (f.line != start, -f.score, f.line))
    return tuple(sorted(ranked[:most], key=lambda flagged: flagged.line))


def excerpt(finding: Finding, width: int) -> tuple[ExcerptLine, ...]:
    """Lay out the flagged lines of `finding` so that no code is wider than `width` cells."""
    return tuple(_rows(finding, best_lines(finding), width))


def _rows(finding: Finding, flagged: tuple[FlaggedLine, ...], width: int) -> Iterator[ExcerptLine]:
    shown = [visible_code(line.text) for line in flagged]
    margin = min((len(s) - len(s.lstrip(" ")) for s in shown if s.strip()), default=0)
    previous: int | None = None
    for line, code in zip(flagged, shown, strict=True):
        if previous is not None and line.line > previous + 1:
            yield ExcerptLine("", "⋮")
        previous = line.line
        place = flagged_place(line)
        if line.line != finding.span.start_line:
            yield ExcerptLine(place, _crop(code[margin:], 0, width)[0])
            continue
        start, end = _caret_range(finding, line.text, code)
        # Half a line of what stands before the place is kept in sight when a line is cropped.
        text, cut = _crop(code[margin:], max(start - margin - width // 2, 0), width)
        yield ExcerptLine(place, text, is_main=True)
        yield ExcerptLine("", _carets(code[margin:], start - margin, end - margin, cut, width))


def _caret_range(finding: Finding, raw: str, code: str) -> tuple[int, int]:
    """Return the 0-based start and end of the finding's place in `code`, the shown line."""
    span = finding.span
    indent = len(code) - len(code.lstrip(" "))
    start = len(visible_code(raw[: span.start_column - 1]))
    if start >= len(code.rstrip()):  # a place past the line's end: point at the statement
        return indent, len(code)
    is_one_line = span.end_line == span.start_line
    end = len(visible_code(raw[: span.end_column - 1])) if is_one_line else len(code)
    start = max(start, indent)
    return start, min(max(end, start + 1), len(code))


def _crop(code: str, start: int, width: int) -> tuple[str, int]:
    """Cut `code` to `width` cells from index `start`; return it and the index it starts at."""
    if cells(code) <= width:
        return code, 0
    begin = min(start, len(code) - 1)
    head = CROPPED if begin else ""
    room = width - len(head) - 1
    kept: list[str] = []
    for char in code[begin:]:
        room -= _cells_of(char)
        if room < 0:
            return head + "".join(kept) + CROPPED, begin
        kept.append(char)
    return head + "".join(kept), begin


def _carets(code: str, start: int, end: int, cut: int, width: int) -> str:
    lead = cells(code[cut:start]) + (1 if cut else 0)
    return " " * lead + "^" * max(min(cells(code[start:end]), width - lead), 1)
