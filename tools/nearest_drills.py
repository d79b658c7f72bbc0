"""Tells how near the drills come to what is measured on: public suites and our own test side.

    python tools/nearest_drills.py [SUITE.jsonl ...]

Similarity is Jaccard's, of 5-grams of tokens; from 0.5 on two programs count as near-duplicates
(`weakspot.dataset.near`). Exit status 1 when a drill does, or repeats a function of a suite.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from weakspot.dataset.drills import read_drills
from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.dataset.overlap import digests, is_reserved
from weakspot.dataset.pairs import read_pairs
from weakspot.dataset.rows import rows_of
from weakspot.dataset.splits import split
from weakspot.evaluate.suites import read_suite

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
    for one in parted.test:
        yield f"top25/{one.pair}", one.code


def main() -> int:
    """Compare every side of every drill with every row that shares a gram with it."""
    rows = [(name, grams(code)) for name, code in tests([Path(name) for name in sys.argv[1:]])]
    holders: defaultdict[object, list[int]] = defaultdict(list)
    for at, (_, found) in enumerate(rows):
        for gram in found:
            holders[gram].append(at)
    nearest: list[tuple[float, str, str]] = []
    repeated: list[str] = []
    sides = [side for drill in read_drills(DATASETS / "drills") for side in drill]
    for side in sides:
        if any(map(is_reserved, digests(side.code))):
            repeated.append(side.id)
        own = grams(side.code)
        held = (holders.get(gram, []) for gram in own)
        shared = {at for places in held if len(places) < COMMON for at in places}
        if shared:
            likeness, at = max((similarity(own, rows[at][1]), at) for at in shared)
            nearest.append((likeness, side.id, rows[at][0]))
    nearest.sort(reverse=True)
    sys.stdout.write(f"{len(sides)} sides, {len(rows)} rows; repeated: {repeated or 'none'}\n")
    for likeness, side_id, row in nearest[:SHOWN]:
        sys.stdout.write(f"{likeness:.2f}  {side_id}  {row}\n")
    return int(bool(repeated) or any(one[0] >= ALIKE for one in nearest))


if __name__ == "__main__":
    sys.exit(main())
