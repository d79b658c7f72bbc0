"""What is reached on a split data set by a bag of words, by mere length, by any judge."""

from collections.abc import Callable, Mapping, Sequence
from statistics import mean
from typing import Protocol

from weakspot.core.example import Example, Role
from weakspot.evaluate import linear
from weakspot.evaluate.suites import Row, Verdict

Judge = Callable[[Sequence[Example], Sequence[Row]], Mapping[str, Verdict]]
_UNJUDGED = Verdict(False, 0.0)
FLOORS: Mapping[str, Judge] = {"tfidf": linear.bag_of_words, "length": linear.length_only}


class LabelledRow(Protocol):
    """What a floor needs of a row (`weakspot.dataset.rows.Row` has it)."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def code(self) -> str:
        """The program."""

    @property
    def is_weak(self) -> bool:
        """Its label."""

    @property
    def pair(self) -> str:
        """What it shares with its twin."""


Sides = tuple[Sequence[LabelledRow], Sequence[LabelledRow]]


def judged(judge: Judge, folds: Sequence[Sides]) -> tuple[float, float]:
    """Train and test on every fold; return mean balanced accuracy and mean pair accuracy.

    Pairs whose twins are on different sides of a split do not count for pair accuracy.
    """
    accuracies: list[float] = []
    pairs: list[float] = []
    for train, test in folds:
        rows = [as_row(row) for row in test]
        said = judge([as_example(row) for row in train], rows)
        right: dict[bool, list[bool]] = {True: [], False: []}
        both: dict[str, dict[bool, bool]] = {}
        for row in rows:
            is_right = said.get(row.id, _UNJUDGED).is_weak == row.is_weak
            right[row.is_weak].append(is_right)
            sides = both.setdefault(row.pair, {})
            sides[row.is_weak] = is_right and sides.get(row.is_weak, True)
        accuracies.append(mean(mean(one) for one in right.values() if one))
        whole = [all(sides.values()) for sides in both.values() if len(sides) == 2]
        if whole:
            pairs.append(mean(whole))
    return mean(accuracies), mean(pairs) if pairs else float("nan")


def as_example(row: LabelledRow) -> Example:
    """Return a row as what the floors are trained on."""
    role = Role.VULNERABLE if row.is_weak else Role.FIXED
    return Example(row.id, row.code, role, "", (), row.pair, row.pair)


def as_row(row: LabelledRow) -> Row:
    """Return a row as what detectors judge; one without a twin is its own pair."""
    return Row(row.id, row.code, row.is_weak, (), (), row.pair or row.id)
