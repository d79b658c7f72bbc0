"""Tells how near what is learnt from comes to what is measured on: suites, our test side, styles.

    python tools/nearest_drills.py [--real RUN/grafts.jsonl.gz]... [SUITE.jsonl ...]

Compared are both sides of the drills, and of grafts and fixes that the corpus step of a run made.
Similarity is Jaccard's, of 5-grams of tokens; from 0.5 on two programs count as near-duplicates
(`weakspot.dataset.near`). Exit status 1 when one does, or repeats a function of a suite.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from weakspot.dataset.drills import read_drills
from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.overlap import digests, is_reserved
from weakspot.dataset.pairs import read_pairs
from weakspot.dataset.rows import read_data, rows_of
from weakspot.dataset.splits import split
from weakspot.evaluate.suites import read_suite
from weakspot.train import pair_file

DATASETS = Path("datasets")
SHOWN = 10
COMMON = 400  # a gram in more rows than this is nobody's mark; the rest decide who is compared


def tests(suites: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield (name, code) of every row that is measured on."""
    for path in suites:
        for row in read_suite(path):
            yield f"{path.stem}/{row.id}", row.code
    rows = [row for pair in read_pairs(DATASETS / "top25" / "pairs") for row in rows_of(pair)]
    (parted,) = split(rows, "family", 0)
    for one in (*parted.test, *read_data(DATASETS / "styles").rows):
        yield one.id, one.code


def lessons(real: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield (name, code) of every side of the drills and of the pairs of real functions."""
    for drill in read_drills(DATASETS / "drills"):
        for side in drill:
            yield side.id, side.code
    for pair in chain.from_iterable(map(pair_file.read, real)):
        for unit in (pair.weak, pair.sound):
            yield f"{pair.origin} {unit.name}: {pair.mechanism}", unit.text()


def main() -> int:
    """Compare every side of every pair with every row that shares a gram with it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", type=Path)
    parser.add_argument("--real", type=Path, action="append", default=[])
    asked = parser.parse_args()
    rows = [(name, grams(code)) for name, code in tests(asked.suites)]
    holders: defaultdict[object, list[int]] = defaultdict(list)
    for at, (_, found) in enumerate(rows):
        for gram in found:
            holders[gram].append(at)
    nearest: list[tuple[float, str, str]] = []
    repeated: list[str] = []
    sides = list(lessons(asked.real))
    for name, code in sides:
        if any(map(is_reserved, digests(code))):
            repeated.append(name)
        own = grams(code)
        held = (holders.get(gram, []) for gram in own)
        shared = {at for places in held if len(places) < COMMON for at in places}
        if shared:
            likeness, at = max((similarity(own, rows[at][1]), at) for at in shared)
            nearest.append((likeness, name, rows[at][0]))
    nearest.sort(reverse=True)
    sys.stdout.write(f"{len(sides)} sides, {len(rows)} rows; repeated: {repeated or 'none'}\n")
    for likeness, name, row in nearest[:SHOWN]:
        sys.stdout.write(f"{likeness:.2f}  {name}  {row}\n")
    return int(bool(repeated) or any(one[0] >= ALIKE for one in nearest))


if __name__ == "__main__":
    sys.exit(main())
