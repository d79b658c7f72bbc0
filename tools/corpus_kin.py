"""Writes src/weakspot/train/kin.txt: units of a corpus that are near-duplicates of test rows.

Usage: python tools/corpus_kin.py RUN/corpus.jsonl.gz SUITE.jsonl...

`weakspot train corpus` leaves the listed units out, as it does what repeats a row exactly. Only
where they stand is written: package, file and function. What is listed already stays listed, for
it is in no corpus any more; remove the file to start anew after the packages' versions change.
"""

import sys
from collections import defaultdict
from pathlib import Path

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.dataset.near import ALIKE, grams, similarity
from weakspot.evaluate.suites import read_suite
from weakspot.train import corpus

TARGET = Path(__file__).resolve().parent.parent / "src" / "weakspot" / "train" / "kin.txt"


def last_name(name: str) -> str:
    """Return the name of a function without its class: kin bear the same."""
    return name.rpartition(".")[2]


def main(run_corpus: Path, suites: list[Path]) -> None:
    """Compare every unit with the units of the same name in the suites."""
    tested: defaultdict[str, list[frozenset[tuple[str, ...]]]] = defaultdict(list)
    for suite in suites:
        for row in read_suite(suite):
            for unit in units_of(Source("", row.code)).units:
                tested[last_name(unit.name)].append(grams(unit.text()))
    found = set(corpus.kin())
    for origin, unit in corpus.read(run_corpus):
        if rows := tested.get(last_name(unit.name)):
            own = grams(unit.text())
            if any(similarity(own, row) >= ALIKE for row in rows):
                found.add(corpus.place_of(origin, unit))
    head = f"# {len(found)} functions near to rows of public suites (tools/corpus_kin.py)\n"
    TARGET.write_text(head + "".join(f"{place}\n" for place in sorted(found)), "utf-8")
    sys.stdout.write(head[2:])


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
