"""Turns raw logits into probabilities that mean what they say.

Platt scaling (Platt 1999): ``p = sigmoid(scale * logit + shift)``, one pair of numbers for the
verdict and one pair for each CWE, fitted on held-out units at the prevalence of real code.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platt:
    """One fitted pair of numbers; `scale` is positive, so the order of scores is kept."""

    scale: float
    shift: float

    def __call__(self, logit: float) -> float:
        """Return the calibrated probability of one logit."""
        return sigmoid(self.scale * logit + self.shift)


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted pairs: for the verdict, for each CWE label (in label order), for context."""

    verdict: Platt
    cwes: tuple[Platt, ...]
    context: Platt


def sigmoid(value: float) -> float:
    """Return the logistic function of `value`, without overflow."""
    if value >= 0:
        return 1.0 / (1.0 + math.exp(-value))
    power = math.exp(value)
    return power / (1.0 + power)
