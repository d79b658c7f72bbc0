"""Scores units whole: what of one does not fit the model is scored as further windows of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from weakspot.code.remainder import remainder
from weakspot.core.score import UnitScore
from weakspot.core.unit import Line, Unit


@dataclass(frozen=True, slots=True)
class Read:
    """One window as it was scored; its first line is the unit's line `start` (an index).

    `cut` is a line that does not fit the model even alone, and was read in part.
    """

    start: int
    unit: Unit
    score: UnitScore
    cut: Line | None = None


def read_whole(unit: Unit, score: Callable[[Unit], UnitScore]) -> Iterator[Read]:
    """Score a unit and, as windows of their own, the lines that did not fit."""
    start = 0
    while True:
        found = score(unit)
        fitted = len(unit.lines) - found.unread
        cut = unit.lines[0] if found.unread and not fitted else None
        yield Read(start, unit, found, cut)
        fitted = max(fitted, 1)
        if fitted >= len(unit.lines):
            return
        unit = remainder(unit, fitted)
        start += fitted
