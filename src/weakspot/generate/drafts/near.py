"""Tells near-duplicates of drafts: token 5-grams shared with a pair that exists already."""

from collections.abc import Iterable

from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.pairs import Pair

Grams = frozenset[tuple[str, ...]]


class Neighbours:
    """The vulnerable sides of known pairs, each by its 5-grams of tokens."""

    def __init__(self, pairs: Iterable[Pair] = ()) -> None:
        self._known: list[tuple[str, Grams]] = []
        for pair in pairs:
            self.add(pair)

    def add(self, pair: Pair) -> None:
        """Remember one more pair."""
        self._known.append((pair.id, grams(pair.vulnerable.code)))

    def copy(self) -> "Neighbours":
        """Return one that knows the same pairs and learns on its own."""
        other = Neighbours()
        other._known = list(self._known)
        return other

    def nearest(self, pair: Pair) -> tuple[str, float] | None:
        """Return the most similar known pair and its Jaccard similarity, where that is too much.

        The limit is the one of `dataset.near`. A pair of the same id is not compared: it is the
        draft itself, written before a crash, or its mechanism is refused anyway.
        """
        mine = grams(pair.vulnerable.code)
        best: tuple[str, float] | None = None
        for name, theirs in self._known:
            if name == pair.id:
                continue
            share = similarity(mine, theirs)
            if share > ALIKE and (best is None or share > best[1]):
                best = (name, share)
        return best
