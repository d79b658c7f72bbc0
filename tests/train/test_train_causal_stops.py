"""What a stop leaves behind: a checkpoint that is not all there is never gone on with."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from causal_runs import StoppedError, recipe_of, same, steps, stopping

from weakspot.train.causal import finetune
from weakspot.train.causal.folder import newest_whole


def _without(path: Path) -> None:
    path.unlink()


def _shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("damage", [_without, _shortened])
def test_early_stopping_is_the_same_after_a_stop_that_took_the_optimizer(
    tmp_path: Path, tiny_causal: Path, damage: Callable[[Path], None]
) -> None:
    recipe = recipe_of(tmp_path, tiny_causal)
    tuning = replace(recipe.tuning, epochs=10.0, rate=0.1, save_steps=1, patience=3)
    recipe = replace(recipe, tuning=tuning)
    told: list[str] = []
    finetune.finetune(recipe, tmp_path / "whole", told.append)
    last = steps(told)[-1]
    assert last < 40  # it was stopped early
    with pytest.raises(StoppedError):
        finetune.finetune(recipe, tmp_path / "cut", stopping("step 7/"))
    newest = tmp_path / "cut" / "checkpoints" / "checkpoint-6"
    assert newest_whole(tmp_path / "cut") == str(newest)
    # As a kill leaves it when it comes while the Trainer removes what is too many.
    damage(newest / "optimizer.pt")
    told.clear()
    finetune.finetune(recipe, tmp_path / "cut", told.append)
    assert steps(told)[0] < 7  # it went on from the one before
    assert steps(told)[-1] == last
    states = (tmp_path / "whole" / "checkpoints").glob("*/trainer_state.json")
    best = max(json.loads(path.read_text())["best_global_step"] for path in states)
    assert best > 7  # so that the weights below hang on the optimizer after the stop
    assert same(tmp_path / "whole", tmp_path / "cut")


def test_a_mark_that_says_nothing_counts_for_nothing(tmp_path: Path) -> None:
    for step, mark in ((1, '{"step": 1, "files": {}}'), (2, '{"step": 2}'), (3, "")):
        folder = tmp_path / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        (folder / "whole.json").write_text(mark)
    assert newest_whole(tmp_path) == str(tmp_path / "checkpoints" / "checkpoint-1")
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["checkpoint-1"]
