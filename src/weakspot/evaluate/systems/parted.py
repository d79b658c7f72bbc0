"""Parts training rows: some are learnt from, some decide when to stop and where "weak" begins."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from weakspot.evaluate.suites import Row

_DECIDING = 8  # every eighth pair


def parted(train: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows to learn from and the rows that decide; a pair stays together.

    Too few pairs to spare any do both.
    """
    pairs = {pair: at for at, pair in enumerate(dict.fromkeys(row.pair for row in train))}
    if len(pairs) < _DECIDING:
        return list(train), list(train)
    return (
        [row for row in train if pairs[row.pair] % _DECIDING],
        [row for row in train if not pairs[row.pair] % _DECIDING],
    )


def threshold(rows: Sequence[Row], sure: Mapping[str, float]) -> float:
    """Return the probability from which "weak" has the best balanced accuracy on `rows`.

    Of equally good ones the middle of the widest gap is taken; 0.5 where one kind is missing.
    """
    weak = sum(row.is_weak for row in rows)
    if weak in (0, len(rows)):
        return 0.5
    best, found = (-1.0, 0.0), 0.5
    levels = [0.0, *sorted({sure[row.id] for row in rows}), 1.0]
    for low, high in pairwise(levels):
        middle = (low + high) / 2
        hit = sum(sure[row.id] >= middle for row in rows if row.is_weak)
        spared = sum(sure[row.id] < middle for row in rows if not row.is_weak)
        worth = (hit / weak + spared / (len(rows) - weak), high - low)
        if worth > best:
            best, found = worth, middle
    return found
