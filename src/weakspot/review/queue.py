"""Which pairs wait for a reader: where each pair stands, filters, and progress."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from weakspot.review.agreement import disputed
from weakspot.review.journal import Decision, Review, latest
from weakspot.review.shelf import Entry


class Show(StrEnum):
    """The filters of the queue."""

    UNDECIDED = "undecided"  # by this reader, in the state of now
    MINE = "mine"  # decided by this reader
    DISPUTED = "disputed"  # one reader takes it, another one rejects it
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a pair stands for one reader.

    `mine` is the reader's last decision; `is_stale` says that the pair changed since then.
    `readers` counts all who decided on the pair as it is now.
    """

    pair: str
    cwe: str
    mine: Decision | None
    is_stale: bool
    is_disputed: bool
    readers: int

    @property
    def is_decided(self) -> bool:
        """Whether the reader took or rejected the pair as it is now."""
        return self.mine not in (None, Decision.SKIP) and not self.is_stale


def standings(
    entries: Mapping[str, Entry], reviews: Sequence[Review], name: str
) -> tuple[Standing, ...]:
    """Return where each pair stands for the reader `name`, in the order of the pairs."""
    last = latest(reviews)
    digests = {pair: entry.digest for pair, entry in entries.items()}
    in_dispute = disputed(reviews, digests)
    readers: defaultdict[str, int] = defaultdict(int)
    for (pair, _), review in last.items():
        readers[pair] += review.digest == digests.get(pair) and review.decision != Decision.SKIP
    found = []
    for pair, entry in entries.items():
        mine = last.get((pair, name))
        found.append(
            Standing(
                pair=pair,
                cwe=entry.cwe,
                mine=mine.decision if mine else None,
                is_stale=mine is not None and mine.digest != entry.digest,
                is_disputed=pair in in_dispute,
                readers=readers[pair],
            )
        )
    return tuple(found)


def waiting(
    found: Iterable[Standing], show: Show, cwe: str = "", words: str = ""
) -> tuple[Standing, ...]:
    """Return what a filter shows; skipped pairs come last among the undecided."""
    kept = [
        one
        for one in found
        if _is_shown(one, show)
        and cwe in ("", one.cwe)
        and all(word in one.pair.lower() for word in words.lower().split())
    ]
    if show is Show.UNDECIDED:
        kept.sort(key=lambda one: one.mine is Decision.SKIP)  # stable: else as the pairs stand
    return tuple(kept)


def progress(found: Sequence[Standing]) -> dict[str, int]:
    """Count the reader's decisions by kind, what is left, what is disputed, and all."""
    decisions = Counter(one.mine for one in found if one.mine and not one.is_stale)
    return {
        "pairs": len(found),
        "decided": sum(one.is_decided for one in found),
        "disputed": sum(one.is_disputed for one in found),
        **{str(kind): decisions[kind] for kind in Decision},
    }


def _is_shown(one: Standing, show: Show) -> bool:
    if show is Show.UNDECIDED:
        return not one.is_decided
    if show is Show.MINE:
        return one.mine is not None
    return show is Show.ALL or one.is_disputed
