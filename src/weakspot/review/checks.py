"""Checks one pair as `weakspot dataset check` does, fast enough to follow an edit.

The checks are `weakspot.dataset.lint` itself. It is given the pair, and of the others those that
it could find something about in common with it: pairs that are near it.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weakspot.dataset.lint import Problem, lint
from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.pairs import SUFFIX, Pair
from weakspot.dataset.rows import DataSet, rows_of
from weakspot.dataset.rules import LONGEST_SHARE, longer_share
from weakspot.review.shelf import Entry

SHOWN_FROM = 0.3  # similarity from which a pair is shown as near
_MOST_SHOWN = 6

Grams = frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Near:
    """Another pair whose vulnerable side is alike; `is_duplicate` says that it is a breach."""

    pair: str
    share: float
    is_duplicate: bool


class Checks:
    """Checks pairs against all others; what was worked out of a file is kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._grams: dict[str, tuple[Grams, Grams]] = {}

    def problems(self, pair: Pair, others: Sequence[Entry]) -> tuple[Problem, ...]:
        """Return what is wrong with a pair, beside the `others` of its folder.

        Raises:
            MissingExtraError: the ``data`` extra is not installed.
        """
        own = grams(pair.vulnerable.code), grams(pair.fixed.code)
        close = [
            entry.pair
            for entry in others
            if entry.pair and (entry.pair.id == pair.id or _touch(own, self._known(entry)))
        ]
        # In the order of their files, as the command reads them: what it says depends on that.
        pairs = tuple(sorted((*close, pair), key=lambda one: (one.cwe, f"{one.mechanism}{SUFFIX}")))
        # Shares need all pairs, and are looked at below.
        data = DataSet(tuple(row for one in pairs for row in rows_of(one)), pairs, ())
        ours = [one for one in lint(data) if _is_about(one, pair.id) and "balance" not in one.rule]
        share = longer_share([*(entry.pair for entry in others if entry.pair), pair])
        if len(others) and not 1 - LONGEST_SHARE <= share <= LONGEST_SHARE:
            text = f"the fixed side is longer in {share:.0%}"
            ours.append(Problem("length balance", f"{len(others) + 1} pairs", text))
        return tuple(ours)

    def near(self, pair: Pair, others: Sequence[Entry]) -> tuple[Near, ...]:
        """Return the pairs most like this one, the most similar first."""
        own = grams(pair.vulnerable.code)
        shares = [
            (similarity(own, self._known(entry)[0]), entry.id) for entry in others if entry.pair
        ]
        shares.sort(key=lambda one: (-one[0], one[1]))
        return tuple(
            Near(name, share, share > ALIKE)
            for share, name in shares[:_MOST_SHOWN]
            if share >= SHOWN_FROM
        )

    def forget(self, entries: Mapping[str, Entry]) -> None:
        """Drop what is known of states of files that are gone."""
        with self._lock:
            kept = {entry.digest for entry in entries.values()}
            self._grams = {key: value for key, value in self._grams.items() if key in kept}

    def _known(self, entry: Entry) -> tuple[Grams, Grams]:
        with self._lock:
            known = self._grams.get(entry.digest)
        if known is None and entry.pair is not None:
            known = grams(entry.pair.vulnerable.code), grams(entry.pair.fixed.code)
            with self._lock:
                self._grams[entry.digest] = known
        return known or (frozenset(), frozenset())


def is_blocking(problem: Problem, pair: Pair) -> bool:
    """Say whether a problem is the pair's own, not one of the folder as a whole."""
    return _is_about(problem, pair.id)


def _touch(one: tuple[Grams, Grams], other: tuple[Grams, Grams]) -> bool:
    # Programs too short for a gram have nothing to be compared by: all of them may matter.
    return any(
        not left or not right or similarity(left, right) >= SHOWN_FROM
        for left in one
        for right in other
    )


def _is_about(problem: Problem, pair: str) -> bool:
    words = f"{problem.place} {problem.text}".replace(",", " ").split()
    return any(word == pair or word.startswith(f"{pair}/") for word in words)
