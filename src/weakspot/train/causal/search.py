"""Searches learning rate, batch and epochs over a recipe's declared values.

Every combination is a run of its own below the search's folder, named by its settings, and resumes
as any run does; one that has a result is not run again.
"""

import itertools
import json
import math
import os
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError
from weakspot.train.causal.finetune import deciding, finetune, steps_for
from weakspot.train.causal.finite import DivergedError
from weakspot.train.causal.folder import MODEL, bind, write_whole
from weakspot.train.causal.recipe import CausalRecipe, TuningRecipe
from weakspot.train.causal.rows import labels_of, read_rows

TABLE = "search.json"
_RESULT = "result.json"
_STATE = "trainer_state.json"  # the Trainer's log, in each of its checkpoints
_TRIED = ("rate", "batch", "epochs")

Say = Callable[[str], None]


def search(recipe: CausalRecipe, folder: Path, say: Say, *, offline: bool = True) -> Path:
    """Run the trials that are still to be run; write the table and return its path.

    The validation loss decides. Only the best trial's model is kept, as ``folder/model``; a trial
    that diverged has no loss in the table and comes last.

    Raises:
        DataError: a finished model is there already, the folder holds another search, there is
            nothing to try, a batch cannot be shared out, several processes were started, or every
            trial diverged.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise DataError("a search runs in one process", hint="start it without torchrun")
    if (folder / MODEL).exists():
        raise DataError(f"{folder / MODEL} exists already", hint="choose another --run folder")
    trials = _trials(recipe)
    if not trials:
        raise DataError(
            "the recipe's search has nothing to try",
            hint="give `rates`, `batches` and `epochs` values, and `trials` at least 1",
        )
    for tuning in trials:
        steps_for(tuning)  # a batch that cannot be is told before hours are spent
    sides = (recipe.data.train, recipe.data.validation)
    labels = labels_of([row for side in sides for row in read_rows(Path(side))])
    bind(deciding(recipe, labels), folder)
    rows = []
    for number, tuning in enumerate(trials, 1):
        chosen = {name: getattr(tuning, name) for name in _TRIED}
        run = folder / ("trial-" + "-".join(str(value) for value in chosen.values()))
        if not (run / _RESULT).exists():
            told = ", ".join(f"{name} {value:g}" for name, value in chosen.items())
            say(f"trial {number} of {len(trials)}: {told}")
            loss = _tried(replace(recipe, tuning=tuning), run, say, offline)
            write_whole(run / _RESULT, json.dumps({"validation_loss": loss}) + "\n")
        _lightened(run)
        result = json.loads((run / _RESULT).read_text("utf-8"))
        rows.append({"run": run.name, **chosen, **result})
    return _told(rows, folder)


def _tried(recipe: CausalRecipe, run: Path, say: Say, offline: bool) -> float | None:
    """Train one trial and return its validation loss, None where it diverged."""
    try:
        if not (run / MODEL).exists():
            finetune(recipe, run, say, offline=offline)
    except DivergedError as error:
        say(error.message)
        return None
    return best_loss(run)


def _lightened(run: Path) -> None:
    """Remove a finished trial's weights and optimizers; what its checkpoints tell stays."""
    for path in (run / "checkpoints").glob("checkpoint-*/*"):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != _STATE:
            path.unlink()


def best_loss(run: Path) -> float:
    """Return the lowest validation loss of a finished run.

    Raises:
        DataError: the run has no checkpoint that tells it.
    """
    losses = [
        one["eval_loss"]
        for path in (run / "checkpoints").glob(f"*/{_STATE}")
        for one in json.loads(path.read_text("utf-8"))["log_history"]
        if "eval_loss" in one
    ]
    if not losses:
        raise DataError(
            f"{run} never measured its validation loss",
            hint="make `save_steps` smaller than the number of steps",
        )
    return float(min(losses))


def _trials(recipe: CausalRecipe) -> list[TuningRecipe]:
    """Return the combinations to try, in an order that the seed decides."""
    wanted = recipe.search
    grid = list(dict.fromkeys(itertools.product(wanted.rates, wanted.batches, wanted.epochs)))
    random.Random(recipe.seed).shuffle(grid)  # noqa: S311  reproducible order, no secret
    return [
        replace(recipe.tuning, rate=rate, batch=batch, epochs=epochs)
        for rate, batch, epochs in grid[: max(0, wanted.trials)]
    ]


def _told(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Write the table and keep the best model; killed anywhere, it can be done again."""

    def rank(row: dict[str, Any]) -> tuple[float, str]:
        loss = row["validation_loss"]
        return math.inf if loss is None else loss, row["run"]

    order = sorted(rows, key=rank)
    path = folder / TABLE
    write_whole(path, json.dumps(order, indent=1) + "\n")
    if order[0]["validation_loss"] is None:
        raise DataError(
            f"all {len(order)} trials diverged",
            hint="declare lower `rates`, in another --run folder",
        )
    for row in order[1:]:
        shutil.rmtree(folder / row["run"] / MODEL, ignore_errors=True)
    (folder / order[0]["run"] / MODEL).rename(folder / MODEL)
    return path
