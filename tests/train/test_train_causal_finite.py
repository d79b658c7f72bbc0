"""A run that diverges makes no model, and a search passes over it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from causal_runs import recipe_of, searched, weights
from torch import nn

from weakspot.core.errors import DataError
from weakspot.train.causal import finetune, search
from weakspot.train.causal.finite import DivergedError, check_weights

TOO_FAST = 1e30


def test_a_run_that_diverges_is_an_error_and_leaves_no_model(
    tmp_path: Path, tiny_causal: Path
) -> None:
    recipe = recipe_of(tmp_path, tiny_causal)
    recipe = replace(recipe, tuning=replace(recipe.tuning, rate=TOO_FAST))
    with pytest.raises(DivergedError, match=r"is (nan|inf) at step"):
        finetune.finetune(recipe, tmp_path / "run", print)
    assert not list((tmp_path / "run").glob("model*"))
    assert not list((tmp_path / "run").glob("checkpoints/checkpoint-*"))


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_no_numbers_are_not_saved(value: float) -> None:
    model = nn.Linear(2, 1)
    check_weights(model)
    with torch.no_grad():
        model.weight[0, 1] = value
    with pytest.raises(DivergedError, match="weight"):
        check_weights(model)


def test_a_search_ranks_a_trial_that_diverged_last(tmp_path: Path, tiny_causal: Path) -> None:
    recipe = searched(tmp_path, tiny_causal)
    recipe = replace(recipe, search=replace(recipe.search, rates=[TOO_FAST, 0.003]))
    told: list[str] = []
    table = search.search(recipe, tmp_path / "run", told.append)
    rows = json.loads(table.read_text())
    assert [row["rate"] for row in rows] == [0.003, TOO_FAST]
    assert rows[0]["validation_loss"] > 0
    assert rows[1]["validation_loss"] is None
    assert any("diverged" in line for line in told)
    assert all(value.isfinite().all() for value in weights(tmp_path / "run").values())
    # Of a trial's checkpoints only what they tell is kept.
    left = {path.name for path in (tmp_path / "run").glob("trial-*/checkpoints/checkpoint-*/*")}
    assert left == {"trainer_state.json"}


def test_a_search_whose_trials_all_diverge_is_an_error(tmp_path: Path, tiny_causal: Path) -> None:
    recipe = searched(tmp_path, tiny_causal)
    recipe = replace(recipe, search=replace(recipe.search, rates=[TOO_FAST, TOO_FAST / 10]))
    with pytest.raises(DataError, match="all 2 trials diverged"):
        search.search(recipe, tmp_path / "run", print)
    assert not (tmp_path / "run" / "model").exists()
