"""Chooses probabilities and thresholds on code the model has not seen.

Positives are weak units of held-out mechanisms, negatives sound sides of the same families and
units of packages outside the training corpus. Weights bring them to the prevalence of real code,
so that a probability is what a user meets, not what a balanced data set would make of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit

from weakspot.core.errors import DataError
from weakspot.core.score import Thresholds
from weakspot.model.calibration import Naming, Platt

PREVALENCE = 0.02  # share of weak units that a user's code is taken to have
SOUND_TWINS = 0.02  # share of units that look weak and are not
PENALTY = 0.1  # on the squared shifts of CWEs
_UNITS = 2000.0  # that the weighted likelihood counts as, beside the penalty
BUDGETS = (0.5, 1.0, 2.0)  # per cent of sound units flagged

Logits = Sequence[float]


def fit_platt(logits: Logits, targets: Sequence[float], weights: Sequence[float]) -> Platt:
    """Fit scale and shift by weighted maximum likelihood (Platt 1999)."""
    x, y, w = (np.asarray(values, dtype=np.float64) for values in (logits, targets, weights))
    w = w / w.sum()

    def loss(parameters: NDArray[np.float64]) -> float:
        z = np.exp(parameters[0]) * x + parameters[1]
        return float(np.sum(w * (np.logaddexp(0.0, z) - y * z)))

    found = minimize(loss, np.array([0.0, 0.0]), method="Nelder-Mead")
    return Platt(float(np.exp(found.x[0])), float(found.x[1]))


def fit_verdict(weak: Logits, twins: Logits, clean: Logits) -> Platt:
    """Fit the verdict's calibration at `PREVALENCE`.

    Targets are smoothed by the numbers of examples, as Platt 1999 does: where a few of them
    separate perfectly, the fit would otherwise be as steep as the search lets it be.
    """
    targets, weights = _targets(len(weak), len(twins), len(clean))
    return fit_platt([*weak, *twins, *clean], targets, weights)


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit's logits: its verdict, the CWE that leads, and that one's logit."""

    verdict: float
    top: int
    named: float

    @classmethod
    def of(cls, verdict: float, cwes: Sequence[float]) -> "Scored":
        """Take what matters from the heads of one unit."""
        top = int(np.argmax(np.asarray(cwes)))
        return cls(float(verdict), top, float(cwes[top]))


def fit_named_verdict(
    weak: Sequence[Scored],
    twins: Sequence[Scored],
    clean: Sequence[Scored],
    labels: int,
    penalty: float = PENALTY,
) -> tuple[Platt, Naming]:
    """Fit the verdict's calibration together with what the leading CWE adds to it.

    A shift for each of `labels` CWEs is held back by a quadratic penalty, so that one seen rarely
    stays near none. Its default was chosen by five-fold cross-validation over families of held-out
    mechanisms (docs/log.md), never on a benchmark; that was before folds kept mechanisms together.
    """
    units = [*weak, *twins, *clean]
    x = np.array([[unit.verdict, unit.named] for unit in units])
    top = np.array([unit.top for unit in units])
    targets, weights = (
        np.asarray(values) for values in _targets(len(weak), len(twins), len(clean))
    )
    weights = weights / weights.sum() * _UNITS

    def loss(parameters: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        slopes, shift, shifts = np.exp(parameters[:2]), parameters[2], parameters[3:]
        z = x @ slopes + shift + shifts[top]
        value = np.sum(weights * (np.logaddexp(0.0, z) - targets * z)) + penalty * shifts @ shifts
        by_unit = weights * (expit(z) - targets)
        gradient = np.concatenate(
            [
                x.T @ by_unit * slopes,
                [by_unit.sum()],
                np.bincount(top, by_unit, labels) + 2.0 * penalty * shifts,
            ]
        )
        return float(value), gradient

    start = np.zeros(3 + labels)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 1000}).x
    scale, weight = np.exp(found[:2])
    return (
        Platt(float(scale), float(found[2])),
        Naming(float(weight), tuple(float(shift) for shift in found[3:])),
    )


def _targets(weak: int, twins: int, clean: int) -> tuple[list[float], list[float]]:
    """Return smoothed targets and weights for so many units, group after group."""
    sound = twins + clean
    targets = [(weak + 1) / (weak + 2)] * weak + [1 / (sound + 2)] * sound
    shares = (PREVALENCE, SOUND_TWINS, 1.0 - PREVALENCE - SOUND_TWINS)
    weights = [
        share / max(1, count)
        for share, count in zip(shares, (weak, twins, clean), strict=True)
        for _ in range(count)
    ]
    return targets, weights


def thresholds(clean: Sequence[float], budget: float, tests_budget: float) -> Thresholds:
    """Choose thresholds by how many per cent of the clean units may be flagged.

    `clean` are their probabilities.

    Raises:
        DataError: so many of them have a probability of 1 that no threshold meets a budget.
    """
    return Thresholds(
        default=_at(clean, budget),
        tests=_at(clean, tests_budget),
        points=tuple((one, _at(clean, one)) for one in BUDGETS),
    )


def _at(clean: Sequence[float], budget: float) -> float:
    """Return the probability that `budget` per cent of the clean units reach."""
    reached = float(np.quantile(np.asarray(clean), 1.0 - budget / 100.0, method="higher"))
    if reached >= 1.0:
        raise DataError(
            f"no threshold lets {budget:g} % of the sound units be flagged: more of them have a "
            "probability of 1",
            hint="the model tells weak units from sound ones too badly to be calibrated",
        )
    return min(1.0, round(reached + 1e-6, 6))


def expected_calibration_error(
    probabilities: Sequence[float],
    targets: Sequence[float],
    weights: Sequence[float],
    bins: int = 15,
) -> float:
    """Return the ECE over equal-width bins (Naeini et al. 2015), in [0, 1]."""
    p, y, w = (np.asarray(values) for values in (probabilities, targets, weights))
    index = np.minimum((p * bins).astype(int), bins - 1)
    total = 0.0
    for number in range(bins):
        chosen = index == number
        if chosen.any():
            share = w[chosen].sum()
            gap = abs(
                np.average(p[chosen], weights=w[chosen]) - np.average(y[chosen], weights=w[chosen])
            )
            total += share / w.sum() * gap
    return float(total)
