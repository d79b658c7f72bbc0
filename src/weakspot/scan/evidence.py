"""What stands beside a finding: how data gets there, and what the model says of a safe line."""

from collections.abc import Sequence
from dataclasses import replace

from weakspot.core.finding import Counterfactual
from weakspot.core.score import CweEvidence, Detector
from weakspot.core.unit import Unit
from weakspot.scan.places import ranked
from weakspot.scan.remedies import remedied

_LINES, _TRIES = 3, 2  # how many lines, and how many remedies of each, are tried
_FALLS_BY = 0.5  # share of the probability that a remedy must leave at most, to be told


def counterfactual(
    unit: Unit, probability: float, evidence: CweEvidence, detector: Detector
) -> Counterfactual | None:
    """Score the unit with a safe line in place of a suspicious one; None where nothing helps.

    The lines are tried from the most suspicious one on; the first remedy that takes at least half
    of the probability is told.
    """
    for index in ranked(evidence.lines, len(unit.lines))[:_LINES]:
        line = unit.lines[index]
        for instead in _first(evidence.cwe, line.text):
            lines = (*unit.lines[:index], replace(line, text=instead), *unit.lines[index + 1 :])
            now = detector.score(replace(unit, lines=lines)).probability
            if now <= probability * _FALLS_BY:
                return Counterfactual(line.source_line, line.text, instead, now)
    return None


def _first(cwe: str, text: str) -> Sequence[str]:
    return [instead for instead, _ in zip(remedied(cwe, text), range(_TRIES), strict=False)]
