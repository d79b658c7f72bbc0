"""Looks behind comments: what is weak in a unit beside the statement that one silences.

A unit has one finding for each CWE, so that a comment, written for one statement, would silence a
second weakness of the same CWE that nobody has looked at. The unit is scored again with ``pass`` in
place of the silenced statement; another statement counts where it is about as suspicious.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from weakspot.core.score import CweEvidence, UnitScore
from weakspot.core.unit import Line, Unit
from weakspot.scan.analysis import Directive
from weakspot.scan.places import SHARE_OF_ALIKE, ranked, statement

_TRIES = 3  # how often one unit is scored again for one CWE
_AS_WEAK = 0.9  # share of a unit's probability that is left without what is not its only weakness

Score = Callable[[Unit], UnitScore]


@dataclass(frozen=True, slots=True)
class Behind:
    """What of a CWE is left in `unit`, which has ``pass`` in place of silenced statements.

    `evidence` has as many lines as the whole unit, with scores of 0 for those. `leads` says that
    the `probability` is the unit's and not the CWE's own.
    """

    unit: Unit
    probability: float
    evidence: CweEvidence
    leads: bool


def silenced_first(
    unit: Unit,
    found: UnitScore,
    directives: Sequence[Directive],
    source: Sequence[str],
    score: Score,
) -> UnitScore:
    """Let a silenced statement lead that is one of two weak ones: only behind a lead is looked.

    It is one of two where it is about as suspicious as the lead, and the unit about as weak without
    it. Of one weakness in two statements (a query is made, and run) either comment silences both.
    """
    if not directives or not unit.lines:
        return found
    cwes = [*found.cwes]
    for at, evidence in enumerate(cwes):
        sure = evidence.probability if at else found.probability
        other = _silenced_beside(unit, evidence, directives, source)
        replaced = set() if other is None else _statement(unit, other)
        less = _without(unit, replaced, evidence.cwe, score) if replaced else None
        if other is not None and less is not None and less.probability >= sure * _AS_WEAK:
            cwes[at] = _led_by(evidence, other)
    return replace(found, cwes=tuple(cwes))


def look_behind(
    unit: Unit,
    evidence: CweEvidence,
    directives: Sequence[Directive],
    source: Sequence[str],
    score: Score,
) -> Iterator[Behind]:
    """Yield what is weak behind each statement that leads and is silenced, in turn.

    `source` are the lines of the file. The caller knows which probability is enough, and stops.
    """
    gone: set[int] = set()
    for _ in range(_TRIES if unit.lines and directives else 0):
        lead = ranked(evidence.lines, len(unit.lines))[0]
        least = _at(evidence, lead) * SHARE_OF_ALIKE
        replaced = _statement(unit, lead)
        if not replaced or not least or not _is_silenced(unit, lead, evidence, directives, source):
            return
        gone |= replaced
        found = _without(unit, gone, evidence.cwe, score)
        if found is None:
            return
        best = ranked(found.evidence.lines, len(unit.lines))[0]
        if best in gone or _at(found.evidence, best) < least:
            return
        lines = (0.0 if at in gone else one for at, one in enumerate(found.evidence.lines))
        evidence = replace(found.evidence, lines=tuple(lines))
        yield replace(found, evidence=evidence)


def _silenced_beside(
    unit: Unit, evidence: CweEvidence, directives: Sequence[Directive], source: Sequence[str]
) -> int | None:
    """Return the most suspicious silenced line of those about as suspicious as a loud lead."""
    order = ranked(evidence.lines, len(unit.lines))
    least = _at(evidence, order[0]) * SHARE_OF_ALIKE
    for index in order if least else ():
        if _at(evidence, index) < least:
            return None
        if _is_silenced(unit, index, evidence, directives, source):
            return None if index == order[0] else index
    return None


def _led_by(evidence: CweEvidence, index: int) -> CweEvidence:
    """Put a line before those that are about as suspicious, which they still are."""
    top = evidence.lines[index]
    below = top * SHARE_OF_ALIKE
    lines = (
        below if at != index and (one > top or (one == top and at < index)) else one
        for at, one in enumerate(evidence.lines)
    )
    return replace(evidence, lines=tuple(lines))


def _is_silenced(
    unit: Unit,
    index: int,
    evidence: CweEvidence,
    directives: Sequence[Directive],
    source: Sequence[str],
) -> bool:
    first, last = _lines(unit.lines[index], source)
    return any(
        not each.problem
        and (each.cwes is None or evidence.cwe in each.cwes)
        and each.covers[0] <= last
        and first <= each.covers[1]
        for each in directives
    )


def _lines(line: Line, source: Sequence[str]) -> tuple[int, int]:
    """Return the first and last line of a whole statement, as its finding has them."""
    span = statement(line.source_line, line.source_end_line, source)
    first, last = line.whole or (span.start_line, span.end_line)
    return min(first, span.start_line), max(last, span.end_line)


def _at(evidence: CweEvidence, index: int) -> float:
    return evidence.lines[index] if index < len(evidence.lines) else 0.0


def _statement(unit: Unit, index: int) -> set[int]:
    """Return the positions of the statement's lines; none where ``pass`` cannot replace it."""
    whole = unit.lines[index].whole
    found = {index}
    if whole is not None:
        found |= {at for at, line in enumerate(unit.lines) if line.whole == whole}
    first, last = unit.lines[min(found)], unit.lines[max(found)]
    following = unit.lines[max(found) + 1 :]
    is_header = last.text.endswith(":") or (following and following[0].indent > first.indent)
    return set() if is_header or first.text.startswith("@") else found


def _without(unit: Unit, gone: set[int], cwe: str, score: Score) -> Behind | None:
    """Score a unit with ``pass`` in place of some lines; None where nothing is told of the CWE."""
    lines = (replace(one, text="pass") if at in gone else one for at, one in enumerate(unit.lines))
    less = replace(unit, lines=tuple(lines))
    now = score(less)
    for at, evidence in enumerate(now.cwes):
        if evidence.cwe == cwe:
            sure = evidence.probability if at else now.probability
            return Behind(less, sure, evidence, leads=not at)
    return None
