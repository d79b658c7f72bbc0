"""Turns raw logits into probabilities that mean what they say.

Platt scaling (Platt 1999): ``p = sigmoid(scale * logit + shift)``, one pair of numbers for the
verdict and one pair for each CWE, fitted on held-out units at the prevalence of real code. What
the CWE head would name moves the verdict: sound code is taken for some weaknesses far more often
than for others.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from weakspot.core.errors import BundleError


@dataclass(frozen=True, slots=True)
class Platt:
    """One fitted pair of numbers; `scale` is positive, so the order of scores is kept."""

    scale: float
    shift: float

    def __call__(self, logit: float) -> float:
        """Return the calibrated probability of one logit."""
        return sigmoid(self.scale * logit + self.shift)


@dataclass(frozen=True, slots=True)
class Naming:
    """What the likeliest CWE adds to the verdict: `weight` times its logit, and its own shift."""

    weight: float
    shifts: tuple[float, ...]

    def __call__(self, cwes: Sequence[float]) -> float:
        """Return what is added, given the CWE head's logits in label order."""
        top = max(range(len(cwes)), key=lambda index: (cwes[index], -index))
        return self.weight * float(cwes[top]) + self.shifts[top]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted pairs: for the verdict, for each CWE label (in label order), for context.

    `naming` is None for models whose verdict comes from the answers themselves.
    """

    verdict: Platt
    cwes: tuple[Platt, ...]
    context: Platt
    naming: Naming | None = None

    def probability(self, verdict: float, cwes: Sequence[float]) -> float:
        """Return the probability that a unit is weak, from its verdict and CWE logits."""
        named = 0.0 if self.naming is None else self.naming(cwes)
        return sigmoid(self.verdict.scale * verdict + self.verdict.shift + named)


def sigmoid(value: float) -> float:
    """Return the logistic function of `value`, without overflow.

    Raises:
        BundleError: `value` is no number. Code must not pass for sound where a model broke down.
    """
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    if value < 0:
        power = math.exp(value)
        return power / (1.0 + power)
    raise BundleError("the model's answer is no number")
