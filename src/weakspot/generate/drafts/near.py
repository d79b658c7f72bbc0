"""Tells near-duplicates of drafts: token 5-grams shared with a pair that exists already."""

from collections.abc import Iterable

from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.pairs import Pair


class Neighbours:
    """The vulnerable sides of known pairs, each by its 5-grams of tokens."""

    def __init__(self, others: Iterable[Pair] = (), own: Iterable[Pair] = ()) -> None:
        """Remember pairs: those of others, and those of the run's own output."""
        self._known = [(pair.id, _grams(pair), False) for pair in others]
        for pair in own:
            self.add(pair)

    def add(self, pair: Pair) -> None:
        """Remember one more pair of the run itself."""
        self._known.append((pair.id, _grams(pair), True))

    def copy(self) -> "Neighbours":
        """Return one that knows the same pairs and learns on its own."""
        other = Neighbours()
        other._known = list(self._known)
        return other

    def nearest(self, pair: Pair) -> tuple[str, float] | None:
        """Return the most similar known pair and its Jaccard similarity, where that is too much.

        The limit is the one of `dataset.near`. A pair of the run itself that has the same id is
        not compared: it is the draft, written before a crash, or its mechanism is refused anyway.
        """
        mine = _grams(pair)
        best: tuple[str, float] | None = None
        for name, theirs, is_own in self._known:
            if is_own and name == pair.id:
                continue
            share = similarity(mine, theirs)
            if share > ALIKE and (best is None or share > best[1]):
                best = (name, share)
        return best


def _grams(pair: Pair) -> frozenset[tuple[str, ...]]:
    return grams(pair.vulnerable.code)
