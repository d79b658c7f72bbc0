"""Folds: what judges a unit was fitted on others, and groups that are unseen change nothing."""

import numpy as np
import pytest

from weakspot.train import folds
from weakspot.train.calibrate import Scored


@pytest.fixture
def groups() -> list[list[tuple[int, Scored]]]:
    draw = np.random.default_rng(2)
    return [
        [
            (number % folds.FOLDS, Scored(float(value), leading if number % 3 else 0, 0.0))
            for number, value in enumerate(draw.normal(mean, 1.0, 200))
        ]
        for mean, leading in ((3.0, 1), (0.0, 2), (-3.0, 2))
    ]


def test_weak_units_are_flagged_and_clean_ones_within_the_budget(groups) -> None:
    weak, twins, clean = (np.mean(hits) for hits in folds.flagged(*groups, 3, 1.0))
    assert weak > twins > clean
    assert weak > 0.9
    assert clean < 0.03


def test_a_budget_is_a_share_and_a_penalty_matters(groups) -> None:
    _, _, narrow = folds.flagged(*groups, 3, 1.0)
    _, _, wide = folds.flagged(*groups, 3, 10.0)
    assert sum(wide) > sum(narrow) + 10
    held, free = (folds.flagged(*groups, 3, 1.0, penalty=penalty) for penalty in (1e6, 1e-3))
    assert held != free


def test_a_fold_that_there_is_not_is_refused(groups) -> None:
    weak, twins, clean = groups
    with pytest.raises(ValueError, match="folds are 0 to 4"):
        folds.flagged([(5, weak[0][1]), *weak], twins, clean, 3, 1.0)


def test_unseen_groups_are_judged_and_never_fitted_on(groups) -> None:
    strange = [(0, Scored(50.0, 1, 0.0)), (1, Scored(-50.0, 1, 0.0))]
    *known, told = folds.flagged(*groups, 3, 1.0, unseen=[strange])
    assert told == [True, False]
    assert known == folds.flagged(*groups, 3, 1.0)


def test_a_fold_does_not_learn_from_itself(groups) -> None:
    weak, twins, clean = groups
    moved = [(at, Scored(9.0, 1, 0.0)) if at == 0 else (at, unit) for at, unit in clean]
    before, after = (folds.flagged(weak, twins, one, 3, 1.0) for one in (clean, moved))
    of_first = [at == 0 for at, _ in weak]
    assert [hit for hit, mine in zip(before[0], of_first, strict=True) if mine] == [
        hit for hit, mine in zip(after[0], of_first, strict=True) if mine
    ]
    assert before[0] != after[0]
