"""What one number does not show: curves, calibration, and which CWE is taken for which."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weakspot.evaluate.suites import Row, Verdict

BINS = 10
_NONE = "not flagged"


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves of one detector on one suite, all shares in [0, 1].

    `recall`, `precision` and `alarms` (the share of sound rows flagged) are points from the highest
    threshold down, `average_precision` the area below precision and recall as a sum of steps.
    `bins` are (mean probability, share of weak rows, rows) of the filled ones of `BINS` bins of
    equal width, `ece` the expected calibration error over them (Naeini et al. 2015). What a suite
    without weak or without sound rows cannot tell is NaN.
    """

    recall: tuple[float, ...]
    precision: tuple[float, ...]
    average_precision: float
    bins: tuple[tuple[float, float, int], ...]
    ece: float
    alarms: tuple[float, ...]

    def recall_at(self, budget: float) -> float:
        """Return the best recall with at most this share of the sound rows flagged.

        NaN where there is no sound row, or no weak one.
        """
        if any(map(math.isnan, (*self.recall, *self.alarms))):
            return math.nan
        met = (r for r, a in zip(self.recall, self.alarms, strict=True) if a <= budget)
        return max(met, default=0.0)


@dataclass(frozen=True, slots=True)
class CweRow:
    """One weakness: how many of its rows were flagged, named rightly, and pairs got right."""

    cwe: str
    weak: int
    flagged: int
    named: int
    pairs: int
    pairs_right: int


def curves(rows: Sequence[Row], verdicts: Mapping[str, Verdict]) -> Curves:
    """Compute the curves; a row without a verdict has probability 0."""
    nothing = Verdict(False, 0.0)
    sure = np.array([verdicts.get(row.id, nothing).probability for row in rows])
    weak = np.array([row.is_weak for row in rows], dtype=float)
    order = np.argsort(-sure, kind="stable")
    hits, taken = np.cumsum(weak[order]), np.arange(1, len(rows) + 1)
    # Rows of equal probability are flagged together: only the last of them is a point.
    last = np.append(np.diff(sure[order]) != 0, True)
    recall = hits[last] / (weak.sum() or math.nan)
    precision = hits[last] / taken[last]
    area = float(np.sum(np.diff(recall, prepend=0.0) * precision))
    at = np.minimum((sure * BINS).astype(int), BINS - 1)
    bins = tuple(
        (float(sure[at == one].mean()), float(weak[at == one].mean()), int((at == one).sum()))
        for one in range(BINS)
        if (at == one).any()
    )
    ece = sum(abs(mean - share) * count for mean, share, count in bins) / len(rows)
    alarms = (taken - hits)[last] / ((1.0 - weak).sum() or math.nan)
    return Curves(
        tuple(recall.tolist()), tuple(precision.tolist()), area, bins, ece, tuple(alarms.tolist())
    )


def by_cwe(
    rows: Sequence[Row], verdicts: Mapping[str, Verdict], related: Callable[[str, str], bool]
) -> tuple[CweRow, ...]:
    """Count by the first CWE of the weak rows, in numeric order; rows without one are left out.

    What a suite gives in place of a CWE (`NVD-CWE-noinfo`) stands last.
    """
    found: dict[str, Counter[str]] = {}
    sides: dict[str, list[Row]] = {}
    for row in rows:
        sides.setdefault(row.pair, []).append(row)
    for members in sides.values():
        weak = [row for row in members if row.is_weak and row.cwes]
        for row in weak:
            tally = found.setdefault(row.cwes[0], Counter())
            said = verdicts.get(row.id, Verdict(False, 0.0))
            tally["weak"] += 1
            tally["flagged"] += said.is_weak
            tally["named"] += (
                said.is_weak
                and bool(said.cwes)
                and any(related(said.cwes[0], cwe) for cwe in row.cwes)
            )
        if weak and {row.is_weak for row in members} == {True, False}:
            tally = found[weak[0].cwes[0]]
            tally["pairs"] += 1
            tally["right"] += all(
                verdicts.get(row.id, Verdict(False, 0.0)).is_weak == row.is_weak for row in members
            )
    return tuple(
        CweRow(cwe, one["weak"], one["flagged"], one["named"], one["pairs"], one["right"])
        for cwe, one in sorted(found.items(), key=lambda item: _order(item[0]))
    )


def _order(cwe: str) -> tuple[bool, int, str]:
    """Return what sorts CWEs by number, of any length, and what has none after them."""
    number = cwe.rpartition("-")[2]
    if not (number.isascii() and number.isdecimal()):
        return True, 0, cwe
    digits = number.lstrip("0")
    return False, len(digits), digits


def confusion(rows: Sequence[Row], verdicts: Mapping[str, Verdict]) -> Counter[tuple[str, str]]:
    """Count (the row's first CWE, the first one named) over the weak rows."""
    counted: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.is_weak and row.cwes:
            said = verdicts.get(row.id, Verdict(False, 0.0))
            named = said.cwes[0] if said.is_weak and said.cwes else _NONE
            counted[row.cwes[0], named] += 1
    return counted
