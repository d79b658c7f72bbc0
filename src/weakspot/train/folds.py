"""Judges every unit by a calibration that did not see it: cross-validation over held-out code.

Folds are drawn by kin (`LabelledUnit.kin`), not by family: families of one mechanism, pairs of one
rewrite or one project and functions of one file are too alike to stand on both sides.
"""

import hashlib
from collections.abc import Sequence

from weakspot.model.calibration import Calibration
from weakspot.train import calibrate
from weakspot.train.assemble import probability
from weakspot.train.calibrate import PENALTY, Scored

FOLDS = 5

Folded = Sequence[tuple[int, Scored]]  # each with its fold; a family's units have the same one


def fold_of(kin: str) -> int:
    """Return the fold of all units of one kin, the same in every run and process."""
    digest = hashlib.sha256(f"fold {kin}".encode()).digest()
    return int.from_bytes(digest[:8]) % FOLDS


def flagged(
    weak: Folded,
    twins: Folded,
    clean: Folded,
    labels: int,
    budget: float,
    *,
    unseen: Sequence[Folded] = (),
    penalty: float = PENALTY,
) -> list[list[bool]]:
    """Return for each group, the `unseen` ones last, which units are flagged.

    What judges a fold is fitted on weak units, sound twins and clean units of the others, with
    the threshold that `budget` per cent of those clean units reach. On `unseen` groups nothing is
    ever fitted.

    Raises:
        ValueError: a fold is none of the `FOLDS`.
    """
    groups = [weak, twins, clean, *unseen]
    if any(at not in range(FOLDS) for group in groups for at, _ in group):
        raise ValueError(f"folds are 0 to {FOLDS - 1}")
    found = [[False] * len(group) for group in groups]
    for fold in range(FOLDS):
        others = [[unit for at, unit in group if at != fold] for group in (weak, twins, clean)]
        verdict, naming = calibrate.fit_named_verdict(
            others[0], others[1], others[2], labels, penalty
        )
        fitted = Calibration(verdict, (), verdict, naming)
        around = [probability(fitted, unit) for unit in others[2]]
        threshold = calibrate.thresholds(around, budget, budget).default
        for group, hits in zip(groups, found, strict=True):
            for place, (at, unit) in enumerate(group):
                if at == fold:
                    hits[place] = probability(fitted, unit) >= threshold
    return found
