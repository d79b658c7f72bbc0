"""Looks behind comments: what is weak in a unit beside the statement that one silences.

A unit has one finding for each CWE, so that a comment, written for one statement, would silence a
second weakness of the same CWE that nobody has looked at. The unit is scored again with ``pass`` in
place of the silenced statement; another statement counts where it is about as suspicious, or led.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from weakspot.core.score import CweEvidence, UnitScore
from weakspot.core.unit import Line, Unit
from weakspot.scan.analysis import Directive
from weakspot.scan.places import SHARE_OF_ALIKE, SHARE_OF_BEST, ranked, statement

_TRIES = 3  # how often one unit is scored again for one CWE

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
    enough: float,
) -> UnitScore:
    """Let a silenced statement lead that stands beside a loud weakness: behind leads is looked.

    It does where the unit still has `enough` probability without it, and the same lead. Of one
    weakness in two statements (a query is made, and run) either comment silences both.
    """
    if not directives or not unit.lines:
        return found
    cwes = [*found.cwes]
    for at, evidence in enumerate(cwes):
        if at and evidence.probability < enough:
            continue
        beside = _silenced_beside(unit, evidence, directives, source)
        if beside and _loud_without(unit, _statements(unit, beside), evidence, score, enough):
            cwes[at] = _led_by(evidence, beside[0])
    return replace(found, cwes=tuple(cwes))


def look_behind(
    unit: Unit,
    evidence: CweEvidence,
    directives: Sequence[Directive],
    source: Sequence[str],
    score: Score,
    enough: float,
) -> Iterator[Behind]:
    """Yield what is weak behind each statement that leads and is silenced, in turn.

    `source` are the lines of the file. What is yielded has `enough` probability.
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
        if found is None or found.probability < enough:
            return
        best = ranked(found.evidence.lines, len(unit.lines))[0]
        if best in gone or _at(found.evidence, best) < least:
            return
        evidence = _less(found.evidence, gone)
        beside = _silenced_beside(unit, evidence, directives, source)
        more = gone | _statements(unit, beside)
        if beside and (other := _loud_without(unit, more, evidence, score, enough)):
            found, gone = other, more
            evidence = _less(found.evidence, gone)
        yield replace(found, evidence=evidence)


def _silenced_beside(
    unit: Unit, evidence: CweEvidence, directives: Sequence[Directive], source: Sequence[str]
) -> list[int]:
    """Return silenced lines that may be flagged beside a loud lead, the most suspicious first."""
    order = ranked(evidence.lines, len(unit.lines))
    if _is_silenced(unit, order[0], evidence, directives, source):
        return []
    least = _at(evidence, order[0]) * SHARE_OF_BEST
    return [
        index
        for index in order[1:]
        if least
        and _at(evidence, index) >= least
        and _statement(unit, index)
        and _is_silenced(unit, index, evidence, directives, source)
    ]


def _loud_without(
    unit: Unit, gone: set[int], evidence: CweEvidence, score: Score, enough: float
) -> Behind | None:
    """Score a unit without some statements; None where its lead is not weak enough by itself."""
    found = _without(unit, gone, evidence.cwe, score)
    if found is None or found.probability < enough:
        return None
    lead = ranked(evidence.lines, len(unit.lines))[0]
    best = ranked(found.evidence.lines, len(unit.lines))[0]
    is_alike = _at(found.evidence, lead) >= _at(found.evidence, best) * SHARE_OF_ALIKE
    return found if is_alike and lead not in gone else None


def _less(evidence: CweEvidence, gone: set[int]) -> CweEvidence:
    """Return evidence that sees nothing in the lines that are gone."""
    lines = (0.0 if at in gone else one for at, one in enumerate(evidence.lines))
    return replace(evidence, lines=tuple(lines))


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


def _statements(unit: Unit, indices: Sequence[int]) -> set[int]:
    return {at for index in indices for at in _statement(unit, index)}


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
