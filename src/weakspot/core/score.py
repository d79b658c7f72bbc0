"""What a detector says of one unit, and what a detector must offer (the plug point)."""

from dataclasses import dataclass
from typing import Protocol

from weakspot.core.report import ModelIdentity
from weakspot.core.unit import Unit


@dataclass(frozen=True, slots=True)
class CweEvidence:
    """One CWE a unit may have.

    `probability` is calibrated, in [0, 1]. `lines` holds one score in [0, 1] for each entry of
    the unit's `lines`: how much that line carries this weakness. `mechanism` names what the
    detector learnt of this weakness that is nearest, if it can tell.
    """

    cwe: str
    probability: float
    lines: tuple[float, ...]
    mechanism: str = ""


@dataclass(frozen=True, slots=True)
class UnitScore:
    """The detector's verdict on one unit.

    `probability` is the calibrated probability that the unit is weak at all. `cwes` is ordered
    by falling probability. `needs_context` in [0, 1] is how likely the verdict depends on code
    that the unit does not show; `abstained` says that the detector declines to decide. `unread`
    counts the unit's last lines that did not fit the model: nothing is said of them (the first of
    them may have been read in part).
    """

    probability: float
    cwes: tuple[CweEvidence, ...]
    needs_context: float = 0.0
    abstained: bool = False
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which a unit is reported, chosen by false-alarm budget.

    `default` serves ordinary code, `tests` test files. `points` maps a budget in per cent of
    sound units flagged (0.5, 1, 2) to the threshold that meets it.
    """

    default: float
    tests: float
    points: tuple[tuple[float, float], ...] = ()


class Detector(Protocol):
    """A model ready to score units; one instance per process, not shared between threads."""

    @property
    def identity(self) -> ModelIdentity:
        """Which model this is; part of the cache key and of every report."""

    @property
    def thresholds(self) -> Thresholds:
        """The operating points the model was calibrated for."""

    def screen(self, unit: Unit) -> bool:
        """Say, at a fraction of the cost of `score`, whether the unit could be weak at all."""

    def score(self, unit: Unit) -> UnitScore:
        """Score one unit; equal units give equal scores whatever was scored before."""
