"""How far readers agree: Cohen's kappa of every two of them, and the pairs they dispute.

Two decisions are compared where both readers left the pair file in one state (one digest): who
read a pair before it was mended has not judged what the other one read. A dispute is about the
pair as it is now: one that was mended since is settled, or read again.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from weakspot.review.journal import QUESTIONS, Decision, Review, latest, takes

VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Measure:
    """Agreement on one question.

    `agreed` is the share of answers that are the same. `kappa` is None where it has no value:
    both readers gave one and the same answer throughout, so that chance alone agrees as well.
    """

    question: str
    agreed: float
    kappa: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two readers, how many pairs both decided, the measures on them, and what they dispute."""

    one: str
    other: str
    shared: int
    measures: tuple[Measure, ...]
    disputed: tuple[str, ...]


def cohens_kappa(answers: Sequence[tuple[Hashable, Hashable]]) -> float | None:
    """Return Cohen's kappa (1960) of two readers' answers; 1 is agreement, 0 what chance gives.

    None where it is not defined: there are no answers, or chance alone agrees on all.
    """
    if not answers:
        return None
    total = len(answers)
    agreed = sum(left == right for left, right in answers) / total
    lefts, rights = ([pair[side] for pair in answers] for side in (0, 1))
    chance = sum(lefts.count(one) * rights.count(one) for one in set(lefts)) / total**2
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def agreements(reviews: Sequence[Review], digests: Mapping[str, str]) -> tuple[Agreement, ...]:
    """Measure every two readers who decided on a common state of a pair, in order of names.

    `digests` are those of the pairs as they are now, by id.
    """
    by_reader: defaultdict[str, dict[str, Review]] = defaultdict(dict)
    for (pair, name), review in latest(reviews).items():
        if review.decision is not Decision.SKIP:
            by_reader[name][pair] = review
    return tuple(
        _measured(one, other, shared, digests)
        for one, other in combinations(sorted(by_reader), 2)
        if (shared := _shared(by_reader[one], by_reader[other]))
    )


def disputed(reviews: Sequence[Review], digests: Mapping[str, str]) -> frozenset[str]:
    """Return the pairs that one reader takes and another rejects in their state of now."""
    said: defaultdict[str, set[bool | None]] = defaultdict(set)
    for (pair, _), review in latest(reviews).items():
        if review.digest == digests.get(pair):
            said[pair].add(takes(review))
    return frozenset(pair for pair, verdicts in said.items() if {True, False} <= verdicts)


def _shared(one: Mapping[str, Review], other: Mapping[str, Review]) -> list[tuple[Review, Review]]:
    return [
        (one[pair], other[pair])
        for pair in sorted(one.keys() & other.keys())
        if one[pair].digest == other[pair].digest
    ]


def _measured(
    one: str, other: str, shared: list[tuple[Review, Review]], digests: Mapping[str, str]
) -> Agreement:
    def measure(question: str) -> Measure:
        answers = [(_answer(left, question), _answer(right, question)) for left, right in shared]
        agreed = sum(left == right for left, right in answers) / len(answers)
        return Measure(question, agreed, cohens_kappa(answers))

    return Agreement(
        one,
        other,
        len(shared),
        tuple(measure(question) for question in (VERDICT, *QUESTIONS)),
        tuple(
            left.pair
            for left, right in shared
            if left.digest == digests.get(left.pair) and takes(left) != takes(right)
        ),
    )


def _answer(review: Review, question: str) -> bool | None:
    if question == VERDICT:
        return takes(review)
    answer: bool | None = getattr(review, question)
    return answer
