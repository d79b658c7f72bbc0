"""What stands beside a finding: how data gets there, and what the model says of a safe line."""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice

from weakspot.core.finding import Counterfactual, Step
from weakspot.core.score import CweEvidence, Detector, UnitScore
from weakspot.core.unit import Unit
from weakspot.scan.analysis import Candidate
from weakspot.scan.places import ranked
from weakspot.scan.remedies import remedied

_LINES, _TRIES = 3, 2  # how many lines, and how many remedies of each, are tried
_FALLS_BY = 0.5  # share of the probability that a remedy must leave at most, to be told


# Weaknesses that are one only where somebody else chooses the data.
_OF_DATA = frozenset(
    f"CWE-{number}"
    for number in (
        *(
            20,
            22,
            23,
            36,
            73,
            74,
            77,
            78,
            79,
            80,
            88,
            89,
            90,
            91,
            93,
            94,
            95,
            96,
            99,
            113,
            116,
            117,
        ),
        *(119, 120, 125, 134, 190, 250, 400, 409, 434, 441, 470, 502, 601, 606, 611, 639, 643, 732),
        *(770, 776, 787, 829, 834, 862, 863, 915, 918, 943, 1236, 1284, 1287, 1333, 1336),
    )
)


def trace(candidate: Candidate, way_to: Callable[[int], tuple[Step, ...]]) -> tuple[Step, ...]:
    """Return the way of untrusted data to the first flagged line that has one."""
    if candidate.cwe not in _OF_DATA:
        return ()
    lines = dict.fromkeys([candidate.span.start_line, *(one.line for one in candidate.lines)])
    return next((way for line in lines if (way := way_to(line))), ())


def counterfactual(
    unit: Unit,
    probability: float,
    evidence: CweEvidence,
    detector: Detector,
    *,
    leads: bool = True,
) -> Counterfactual | None:
    """Score the unit with a safe line in place of a suspicious one; None where nothing helps.

    The lines are tried from the most suspicious one on; the first remedy that takes at least half
    of the `probability` is told: the unit's, or where the CWE leads none of it, the CWE's own.
    """
    around = [one.text for one in (*unit.context, *unit.lines)]
    for index in ranked(evidence.lines, len(unit.lines))[:_LINES]:
        line = unit.lines[index]
        before, after = _around(unit, index)
        made = remedied(evidence.cwe, line.text, before, after, around=around)
        for instead in islice(made, _TRIES):
            lines = (*unit.lines[:index], replace(line, text=instead), *unit.lines[index + 1 :])
            score = detector.score(replace(unit, lines=lines))
            now = score.probability if leads else _own(score, evidence.cwe)
            if now <= probability * _FALLS_BY:
                return Counterfactual(line.source_line, line.text, instead, now)
    return None


def _own(score: UnitScore, cwe: str) -> float:
    return max((one.probability for one in score.cwes if one.cwe == cwe), default=0.0)


def _around(unit: Unit, index: int) -> tuple[str, str]:
    """Return what of a line's statement stands before it and after it, in other lines."""
    whole = unit.lines[index].whole
    if whole is None:
        return "", ""
    first = last = index
    while first and unit.lines[first - 1].whole == whole:
        first -= 1
    while last + 1 < len(unit.lines) and unit.lines[last + 1].whole == whole:
        last += 1
    before, after = unit.lines[first:index], unit.lines[index + 1 : last + 1]
    return " ".join(line.text for line in before), " ".join(line.text for line in after)
