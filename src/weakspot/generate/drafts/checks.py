"""The automatic checks that a draft passes before a person looks at it."""

import re
from collections.abc import Container, Iterator

from weakspot.dataset.overlap import Overlap
from weakspot.dataset.pairs import Pair
from weakspot.dataset.rules import breaches
from weakspot.generate.drafts.near import Neighbours

# Characters that show a reader other code than Python runs: controls, and those that turn the
# direction of writing (CVE-2021-42574); lone surrogates fit no file.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_HEADER = 600  # characters of one field
_ITEMS = 12


def refusals(
    pair: Pair, taken: Container[str], neighbours: Neighbours, overlap: Overlap
) -> tuple[tuple[str, str], ...]:
    """Return why a draft is refused, as (rule, text); empty when it passes.

    `taken` holds the mechanisms that its CWE has already.
    """
    return tuple(_refusals(pair, taken, neighbours, overlap))


def _refusals(
    pair: Pair, taken: Container[str], neighbours: Neighbours, overlap: Overlap
) -> Iterator[tuple[str, str]]:
    yield from _odd_text(pair)
    if pair.mechanism in taken:
        yield "mechanism", f"{pair.mechanism!r} is taken"
    last = pair.vulnerable.code.count("\n")
    if any(not 1 <= line <= last for line in pair.vulnerable.lines):
        yield "marks", f"weak lines {list(pair.vulnerable.lines)} are not within 1 to {last}"
        return
    yield from ((breach.rule, breach.text) for breach in breaches([pair]))
    near = neighbours.nearest(pair)
    if near is not None:
        yield "near-duplicate", f"{near[1]:.0%} like {near[0]}"
    for name, side in (("vulnerable", pair.vulnerable), ("fixed", pair.fixed)):
        suite = overlap(side.code)
        if suite is not None:
            yield "overlap", f"{name} side: repeats a program or a function of {suite}"


def _odd_text(pair: Pair) -> Iterator[tuple[str, str]]:
    for name, side in (("vulnerable", pair.vulnerable), ("fixed", pair.fixed)):
        found = _HIDDEN.search(side.code)
        if found:
            yield "characters", f"{name} side: holds the hidden character {found[0]!a}"
    header = (pair.mechanism, pair.domain, pair.why_vulnerable, pair.why_fixed)
    lists = (pair.frameworks, pair.accepted)
    if any(_HIDDEN.search(text) for text in (*header, *pair.frameworks, *pair.accepted)):
        yield "characters", "a field holds a hidden character"
    if max(map(len, (*header, *pair.frameworks, *pair.accepted))) > _HEADER:
        yield "header", f"a field has more than {_HEADER} characters"
    if max(map(len, lists)) > _ITEMS:
        yield "header", f"a list has more than {_ITEMS} items"
