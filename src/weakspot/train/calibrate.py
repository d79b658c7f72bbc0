"""Chooses probabilities and thresholds on code the model has not seen.

Positives are weak units of held-out mechanisms, negatives sound sides of the same families and
units of packages outside the training corpus. Weights bring them to the prevalence of real code,
so that a probability is what a user meets, not what a balanced data set would make of it.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from weakspot.core.score import Thresholds
from weakspot.model.calibration import Platt

PREVALENCE = 0.02  # share of weak units that a user's code is taken to have
SOUND_TWINS = 0.02  # share of units that look weak and are not
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
    shares = (PREVALENCE, SOUND_TWINS, 1.0 - PREVALENCE - SOUND_TWINS)
    groups = (weak, twins, clean)
    logits = [value for group in groups for value in group]
    sound = len(twins) + len(clean)
    targets = [(len(weak) + 1) / (len(weak) + 2)] * len(weak) + [1 / (sound + 2)] * sound
    weights = [
        share / max(1, len(group))
        for share, group in zip(shares, groups, strict=True)
        for _ in group
    ]
    return fit_platt(logits, targets, weights)


def thresholds(platt: Platt, clean: Logits, budget: float, tests_budget: float) -> Thresholds:
    """Choose thresholds by how many per cent of the clean units may be flagged."""
    return Thresholds(
        default=_at(platt, clean, budget),
        tests=_at(platt, clean, tests_budget),
        points=tuple((one, _at(platt, clean, one)) for one in BUDGETS),
    )


def _at(platt: Platt, clean: Logits, budget: float) -> float:
    """Return the probability that `budget` per cent of the clean units reach."""
    logit = float(np.quantile(np.asarray(clean), 1.0 - budget / 100.0, method="higher"))
    return round(platt(logit) + 1e-6, 6)


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
