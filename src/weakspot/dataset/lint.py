"""Everything that is wrong with a data set: `weakspot dataset lint` prints what this finds."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from weakspot.dataset.near import near_duplicates
from weakspot.dataset.overlap import digests, dumped, is_reserved
from weakspot.dataset.pairs import Pair
from weakspot.dataset.rows import DataSet, Row
from weakspot.dataset.rules import LONGEST_SHARE, UNWRITTEN, breaches

LEAST_SHARE, MOST_SHARE = 0.4, 0.6  # of rows that are weak, for the labels to be in balance
_FEW = 10  # rows below which shares say nothing


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: which rule, where, and what."""

    rule: str
    place: str
    text: str


def lint(
    data: DataSet, reviewed: Collection[str] | None = None, outdated: Collection[str] = ()
) -> Iterator[Problem]:
    """Yield all problems; `reviewed` are the pairs a second reader took, None when none is asked.

    `outdated` are pairs that one took in a state that is no more.

    Raises:
        MissingExtraError: the ``data`` extra is not installed.
    """
    for text in data.broken:
        yield Problem("broken", *_split(text))
    if data.pairs:
        for breach in breaches(data.pairs):
            yield Problem(breach.rule, breach.pair, breach.text)
        yield from _unwritten(data.pairs)
    else:
        yield from _alike(data.rows)
        yield from _longer(data.rows)
        yield from _unparsable(data.rows)
    yield from _contradictions(data.rows)
    yield from _reserved(data.rows)
    yield from _balance(data.rows)
    if reviewed is not None:
        for pair in data.pairs:
            if pair.id in reviewed:
                continue
            if pair.id in outdated:
                yield Problem("review", pair.id, "the pair changed after its review")
            else:
                yield Problem("review", pair.id, "no second reader took the pair")


def _unwritten(pairs: Sequence[Pair]) -> Iterator[Problem]:
    """What history cannot say of a pair that was mined."""
    for pair in pairs:
        for name, text in (("vulnerable", pair.why_vulnerable), ("fixed", pair.why_fixed)):
            if UNWRITTEN in text:
                yield Problem("header", pair.id, f"{name} is still to be written")


def _contradictions(rows: Sequence[Row]) -> Iterator[Problem]:
    """The same program under both labels."""
    seen: dict[str, Row] = {}
    for row in rows:
        other = seen.setdefault(dumped(row.code) or row.code, row)
        if other.is_weak != row.is_weak:
            yield Problem("contradiction", row.place, f"{row.id} is {other.id} with another label")


def _unparsable(rows: Sequence[Row]) -> Iterator[Problem]:
    for row in rows:
        if dumped(row.code) is None:
            text = f"{row.id} does not parse, or is nested too deeply"
            yield Problem("parse", row.place, text)


def _reserved(rows: Sequence[Row]) -> Iterator[Problem]:
    for row in rows:
        if any(is_reserved(digest) for digest in digests(row.code)):
            yield Problem("reserved", row.place, f"{row.id} stands in a public test suite")


def _alike(rows: Sequence[Row]) -> Iterator[Problem]:
    """Near-duplicates that are not each other's twin: a split must keep them together."""
    by_id = {row.id: row for row in rows}
    for one, other, share in near_duplicates({row.id: row.code for row in rows}):
        left, right = by_id[one], by_id[other]
        if not left.pair or left.pair != right.pair:
            yield Problem("near-duplicate", right.place, f"{other} is {share:.0%} like {one}")


def _longer(rows: Sequence[Row]) -> Iterator[Problem]:
    grouped: defaultdict[str, dict[bool, int]] = defaultdict(dict)
    for row in rows:
        if row.pair:
            grouped[row.pair][row.is_weak] = len(row.code)
    gaps = [sides[False] - sides[True] for sides in grouped.values() if len(sides) == 2]
    if len(gaps) < _FEW:
        return
    share = sum(1.0 if gap > 0 else 0.5 if gap == 0 else 0.0 for gap in gaps) / len(gaps)
    if not 1 - LONGEST_SHARE <= share <= LONGEST_SHARE:
        yield Problem(
            "length balance", f"{len(gaps)} pairs", f"the fixed side is longer in {share:.0%}"
        )


def _balance(rows: Sequence[Row]) -> Iterator[Problem]:
    if len(rows) < _FEW:
        return
    share = sum(row.is_weak for row in rows) / len(rows)
    if not LEAST_SHARE <= share <= MOST_SHARE:
        yield Problem("class balance", f"{len(rows)} rows", f"{share:.0%} of the rows are weak")
    by_cwe: defaultdict[str, Counter[bool]] = defaultdict(Counter)
    for row in rows:
        if row.cwes:
            by_cwe[row.cwes[0]][row.is_weak] += 1
    for cwe, numbers in sorted(by_cwe.items()):
        if numbers[True] == 0 and numbers[False] >= _FEW:
            yield Problem("class balance", cwe, "is on sound rows only")


def _split(text: str) -> tuple[str, str]:
    place, _, rest = text.partition(": ")
    return place, rest
