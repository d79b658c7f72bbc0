"""Tells near-duplicates of drafts: token 5-grams shared with a pair that exists already."""

import io
import tokenize
from collections.abc import Iterable

from weakspot.dataset.pairs import Pair
from weakspot.dataset.rules import ALIKE

_GRAM = 5
_KINDS = frozenset({tokenize.NAME, tokenize.OP, tokenize.NUMBER, tokenize.STRING})
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

        The limit is the one of `dataset.rules`. A pair of the same id is not compared: it is the
        draft itself, written before a crash, or its mechanism is refused anyway.
        """
        mine = grams(pair.vulnerable.code)
        best: tuple[str, float] | None = None
        for name, theirs in self._known:
            if name == pair.id:
                continue
            union = len(mine | theirs)
            share = len(mine & theirs) / union if union else 0.0
            if share > ALIKE and (best is None or share > best[1]):
                best = (name, share)
        return best


def grams(code: str) -> Grams:
    """Return the token 5-grams of a program; empty when it cannot be tokenised."""
    try:
        tokens = [
            token.string
            for token in tokenize.generate_tokens(io.StringIO(code).readline)
            if token.type in _KINDS
        ]
    except (tokenize.TokenError, SyntaxError):
        return frozenset()
    return frozenset(tuple(tokens[at : at + _GRAM]) for at in range(len(tokens) - _GRAM + 1))
