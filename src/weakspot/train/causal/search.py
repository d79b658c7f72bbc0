"""Searches learning rate, batch and epochs over a recipe's declared values, with Optuna.

The study is kept in the run folder, so a stopped search goes on where it was; every trial is a
run of its own below it, which resumes as any run does.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError, MissingExtraError
from weakspot.train.causal.finetune import MODEL, finetune
from weakspot.train.causal.recipe import CausalRecipe

TABLE = "search.json"
_STUDY = "study.log"

Say = Callable[[str], None]


def search(recipe: CausalRecipe, folder: Path, say: Say, *, offline: bool = True) -> Path:
    """Run the trials that are still to be run; write the table and return its path.

    The validation loss decides. Only the best trial's model is kept, as ``folder/model``.

    Raises:
        MissingExtraError: Optuna is not installed.
        DataError: a finished model is there already.
    """
    try:
        import optuna  # noqa: PLC0415  only a search needs it
        from optuna.storages.journal import JournalFileBackend  # noqa: PLC0415  as above
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "searching settings") from error
    if (folder / MODEL).exists():
        raise DataError(f"{folder / MODEL} exists already", hint="choose another --run folder")
    folder.mkdir(parents=True, exist_ok=True)
    wanted = recipe.search
    space: dict[str, list[Any]] = {
        "rate": list(wanted.rates),
        "batch": list(wanted.batches),
        "epochs": list(wanted.epochs),
    }
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    backend = JournalFileBackend(str(folder / _STUDY))
    study = optuna.create_study(
        study_name=recipe.name,
        direction="minimize",
        storage=optuna.storages.JournalStorage(backend),
        sampler=optuna.samplers.GridSampler(space, seed=recipe.seed),
        load_if_exists=True,
    )

    def objective(trial: Any) -> float:
        chosen = {name: trial.suggest_categorical(name, values) for name, values in space.items()}
        told = ", ".join(f"{name} {value:g}" for name, value in chosen.items())
        say(f"trial {trial.number}: {told}")
        tuning = replace(
            recipe.tuning,
            rate=chosen["rate"],
            batch=chosen["batch"],
            epochs=chosen["epochs"],
            at_once=min(recipe.tuning.at_once, chosen["batch"]),
        )
        # Named by its settings: a trial that was killed is found again by the one that follows.
        run = folder / ("trial-" + "-".join(f"{value:g}" for value in chosen.values()))
        if not (run / MODEL).exists():
            finetune(replace(recipe, tuning=tuning), run, say, offline=offline)
        trial.set_user_attr("run", run.name)
        return best_loss(run)

    whole = min(wanted.trials, len(space["rate"]) * len(space["batch"]) * len(space["epochs"]))
    done = [one for one in study.trials if one.state == optuna.trial.TrialState.COMPLETE]
    if len(done) < whole:
        study.optimize(objective, n_trials=whole - len(done))
    return _told(study, folder)


def best_loss(run: Path) -> float:
    """Return the lowest validation loss of a finished run.

    Raises:
        DataError: the run has no checkpoint that tells it.
    """
    losses = [
        one["eval_loss"]
        for path in (run / "checkpoints").glob("*/trainer_state.json")
        for one in json.loads(path.read_text("utf-8"))["log_history"]
        if "eval_loss" in one
    ]
    if not losses:
        raise DataError(
            f"{run} never measured its validation loss",
            hint="make `save_steps` smaller than the number of steps",
        )
    return float(min(losses))


def _told(study: Any, folder: Path) -> Path:
    rows = [
        {"run": trial.user_attrs["run"], **trial.params, "validation_loss": trial.value}
        for trial in study.trials
        if trial.value is not None
    ]
    rows.sort(key=lambda row: (row["validation_loss"], row["run"]))
    (folder / rows[0]["run"] / MODEL).rename(folder / MODEL)
    for row in rows[1:]:
        shutil.rmtree(folder / row["run"] / MODEL, ignore_errors=True)
    path = folder / TABLE
    path.write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
    return path
