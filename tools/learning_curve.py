"""Tells what more drills are worth, for linear models that are trained on them to the end.

    python tools/learning_curve.py [--facts] [SUITE.jsonl ...]

A tenth of the drills is held back, by the hash of their names, and judged beside the suites; TF-IDF
with logistic regression learns from a share of the others, over words (the floor) or, with
``--facts``, over facts about calls. Told is pair accuracy at even odds, and how often the weak side
scores above its twin; a larger share holds the smaller.
"""

import random
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from weakspot.code.facts import facts_of
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Example
from weakspot.dataset.drills import is_held_out, read_drills
from weakspot.evaluate import linear
from weakspot.evaluate.suites import Row, Verdict, read_suite

Judge = Callable[[Sequence[Example], Sequence[Row]], Mapping[str, Verdict]]

DRILLS = Path("datasets/drills")
HELD = 0.1  # of the drills
SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


def main() -> None:
    """Print the curve as a table of Markdown."""
    drills = list(read_drills(DRILLS))
    lessons = [drill for drill in drills if not is_held_out(drill, HELD)]
    random.Random(0).shuffle(lessons)  # noqa: S311  reproducible, no secret
    suites: dict[str, Sequence[Row]] = {
        "drills held back": [
            Row(side.id, side.code, side.role.is_weak, (), (), side.family)
            for drill in drills
            if is_held_out(drill, HELD)
            for side in drill
        ]
    }
    by_facts = "--facts" in sys.argv[1:]
    judge = _by_facts if by_facts else linear.bag_of_words
    names = [name for name in sys.argv[1:] if name != "--facts"]
    suites |= {Path(name).stem: read_suite(Path(name)) for name in names}
    titles = "".join(f" {name}: pairs | rank |" for name in suites)
    sys.stdout.write(f"| drills |{titles}\n|---|{'---|---|' * len(suites)}\n")
    for share in SHARES:
        known = lessons[: round(share * len(lessons))]
        cells = (
            _judged([side for drill in known for side in drill], rows, judge)
            for rows in suites.values()
        )
        shown = "".join(f" {100 * pairs:.1f} | {100 * rank:.1f} |" for pairs, rank in cells)
        sys.stdout.write(f"| {len(known):,} |{shown}\n")
        sys.stdout.flush()


def _judged(lessons: Sequence[Example], rows: Sequence[Row], judge: Judge) -> tuple[float, float]:
    """Return the pair accuracy and the rank of a linear model that learnt from `lessons`."""
    said = judge(lessons, rows)
    pairs: dict[str, dict[bool, list[float]]] = {}
    for row in rows:
        pairs.setdefault(row.pair, {}).setdefault(row.is_weak, []).append(said[row.id].probability)
    whole = [sides for sides in pairs.values() if len(sides) == 2]
    right = [min(sides[True]) >= 0.5 > max(sides[False]) for sides in whole]
    ranks = [min(sides[True]) > max(sides[False]) for sides in whole]
    return float(np.mean(right)), float(np.mean(ranks))


def _by_facts(lessons: Sequence[Example], rows: Sequence[Row]) -> Mapping[str, Verdict]:
    kit = linear.sklearn()
    facts = kit["tfidf"](analyzer=_facts, lowercase=False, sublinear_tf=True)
    model = kit["logistic"](C=8.0, max_iter=400, class_weight="balanced", solver="liblinear")
    model.fit(
        facts.fit_transform([one.code for one in lessons]), [one.role.is_weak for one in lessons]
    )
    sure = model.predict_proba(facts.transform([row.code for row in rows]))[:, 1]
    return {row.id: Verdict(bool(p >= 0.5), float(p)) for row, p in zip(rows, sure, strict=True)}


@cache
def _facts(code: str) -> frozenset[str]:
    units = units_of(Source("", code)).units
    return frozenset().union(*(facts_of(f"{u.context_text()}\n{u.text()}") for u in units))


if __name__ == "__main__":
    main()
