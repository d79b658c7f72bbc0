"""The source view of the HTML page: which lines of a file stand around a finding."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from weakspot.core.finding import Finding
from weakspot.report.neutral import visible_code
from weakspot.report.wording import flagged_place

AROUND = 4  # lines shown before and after a flagged one
WHOLE_UNIT = 40  # a unit of up to so many lines is shown whole
LONGEST_LINE = 400  # characters; the rest of a minified line helps nobody
LONG_TEXT = 200  # characters from which on a flagged text may be a line's beginning only
# The line ends of Python's own tokenizer; str.splitlines would also split at form feeds.
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One row of the source view.

    `place` is the line's number, in a notebook with the cell. `heat` is 0 for code around, 1 and 2
    for flagged lines by score, 3 for the finding's own line, whose place is `marked` between
    `before` and `after`. `is_gap` rows stand for lines left out.
    """

    place: str
    before: str
    marked: str = ""
    after: str = ""
    heat: int = 0
    is_gap: bool = False


def lines_of(source: str | None) -> Sequence[str]:
    """Return the lines of a source, once for all of its findings; none where it cannot be read."""
    return () if source is None else _LINE_END.split(source)


def source_lines(finding: Finding, texts: Sequence[str]) -> tuple[SourceLine, ...]:
    """Return the rows around `finding`; without lines that fit, its flagged lines alone.

    They fit if they still hold the flagged ones: a file changed since the scan would show the wrong
    code, as the JSON around a notebook's cell would.
    """
    texts = () if finding.cell else texts
    flagged = {line.line: line.text for line in finding.lines}
    if not flagged or not all(_holds(texts, number, text) for number, text in flagged.items()):
        return tuple(_with_gaps(finding, sorted(flagged), flagged))
    wanted = _wanted(finding, len(texts))
    return tuple(_with_gaps(finding, wanted, {n: texts[n - 1] for n in wanted}))


def _holds(texts: Sequence[str], number: int, text: str) -> bool:
    if not 0 < number <= len(texts):
        return False
    line = texts[number - 1]
    # A scan keeps only the beginning of a very long line.
    return line.rstrip() == text.rstrip() or (len(text) >= LONG_TEXT and line.startswith(text))


def _wanted(finding: Finding, last: int) -> list[int]:
    unit = finding.unit_span
    flagged = {line.line for line in finding.lines}
    if unit.end_line - unit.start_line < WHOLE_UNIT:
        numbers = flagged | set(range(unit.start_line, unit.end_line + 1))
    else:
        near = range(-AROUND, AROUND + 1)
        numbers = {line + offset for line in flagged for offset in near}
    return sorted(number for number in numbers if 1 <= number <= last)


def _with_gaps(finding: Finding, numbers: list[int], texts: dict[int, str]) -> Iterator[SourceLine]:
    heats = {line.line: 2 if line.score >= 0.5 else 1 for line in finding.lines}
    places = {line.line: flagged_place(line) for line in finding.lines}
    previous: int | None = None
    for number in numbers:
        if previous is not None and number > previous + 1:
            yield SourceLine("", "", is_gap=True)
        previous = number
        raw = texts[number]
        if number == finding.span.start_line:
            yield _main(finding, raw, places.get(number, str(number)))
        else:
            place = places.get(number, str(number))
            yield SourceLine(place, _clip(visible_code(raw)), heat=heats.get(number, 0))


def _main(finding: Finding, raw: str, place: str) -> SourceLine:
    span = finding.span
    code = visible_code(raw)
    start = len(visible_code(raw[: span.start_column - 1]))
    is_one_line = span.end_line == span.start_line
    end = len(visible_code(raw[: span.end_column - 1])) if is_one_line else len(code)
    code = _clip(code)
    return SourceLine(place, code[:start], code[start:end], code[end:], heat=3)


def _clip(code: str) -> str:
    return code if len(code) <= LONGEST_LINE else code[:LONGEST_LINE] + " …"
