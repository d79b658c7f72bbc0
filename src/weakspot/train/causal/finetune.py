"""Fine-tunes a causal model on instruction rows with the Transformers Trainer.

The Trainer brings what a run needs and we would only write worse: resuming with optimizer,
schedule and random state, mixed precision, several processes through torchrun or Accelerate,
TensorBoard logs. Ours: the data, whole checkpoints only, early stopping's split, progress.
"""

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from weakspot.core.errors import DataError, MissingExtraError
from weakspot.networks.causal import LABELS_FILE, Causal, load_base, opened, taught
from weakspot.train.causal.recipe import CausalRecipe
from weakspot.train.causal.rows import InstructionRows, Padding, labels_of, read_rows

MODEL = "model"  # the finished model, in the run folder
WHOLE = "whole.json"  # written into a checkpoint when all of it is on the disk
_RECIPE = "recipe.json"

Say = Callable[[str], None]


def finetune(recipe: CausalRecipe, folder: Path, say: Say, *, offline: bool = True) -> Path:
    """Train (or go on) and leave the finished model in ``folder/model``; return that folder.

    Raises:
        DataError: a finished model is there already, or the folder holds another recipe's run.
    """
    if (folder / MODEL).exists():
        raise DataError(
            f"{folder / MODEL} exists already", hint="choose another --run folder, or remove it"
        )
    same_recipe(recipe.plain(), folder)
    torch.manual_seed(recipe.seed)
    causal = _prepared(recipe, offline)
    rows = {name: read_rows(Path(getattr(recipe.data, name))) for name in ("train", "validation")}
    varied = recipe.tuning.varied_instructions
    train = InstructionRows(rows["train"], causal, varied=varied, seed=recipe.seed)
    validation = InstructionRows(rows["validation"], causal, varied=False, seed=recipe.seed)
    say(f"{len(train)} rows ({train.cut} cut), {len(validation)} for validation")
    trainer = Trainer(
        model=causal.model,
        args=_arguments(recipe, folder),
        train_dataset=train,
        eval_dataset=validation,
        data_collator=Padding(causal.tokenizer.pad_token_id),
        callbacks=[
            EarlyStoppingCallback(early_stopping_patience=recipe.tuning.patience),
            Whole(),
            Progress(say),
        ],
    )
    trainer.remove_callback(PrinterCallback)  # `Progress` tells the same in one line
    trainer.train(resume_from_checkpoint=newest_whole(folder))
    if trainer.is_world_process_zero():
        told = {"labels": list(causal.labels), "limit": causal.prompter.limit}
        save(trainer, causal.tokenizer, folder, {LABELS_FILE: told})
    return folder / MODEL


def _prepared(recipe: CausalRecipe, offline: bool) -> Causal:
    tuning = recipe.tuning
    model, tokenizer = load_base(recipe.base, offline=offline)
    labels = labels_of(
        (*read_rows(Path(recipe.data.train)), *read_rows(Path(recipe.data.validation)))
    )
    taught(model, tokenizer, labels, as_tokens=tuning.answers_as_tokens)
    model.config.use_cache = False
    causal = opened(model, tokenizer, labels, tuning.max_tokens)
    return causal if tuning.method == "full" else replace(causal, model=_adapted(causal, recipe))


def _adapted(causal: Causal, recipe: CausalRecipe) -> Any:
    """Wrap the model with small trainable parts; the rows of added tokens are trained as well."""
    try:
        import peft  # noqa: PLC0415  only adapters need it
    except ModuleNotFoundError as error:
        raise MissingExtraError("finetune", "training adapters") from error
    wanted = recipe.adapter
    common: dict[str, Any] = {
        "task_type": peft.TaskType.CAUSAL_LM,
        "target_modules": wanted.targets or None,
    }
    if recipe.tuning.method == "ia3":
        settings: Any = peft.IA3Config(**common, feedforward_modules=[])
    else:
        # New rows of the embedding would stay what they were made of; train them alone.
        added = sorted(causal.tokenizer.get_added_vocab().values())
        settings = peft.LoraConfig(
            **common,
            r=wanted.rank,
            lora_alpha=wanted.alpha,
            lora_dropout=wanted.dropout,
            trainable_token_indices=added,
        )
    model = causal.model
    if recipe.tuning.method == "qlora":
        if not torch.cuda.is_available():
            raise DataError(
                "QLoRA needs a CUDA device with bitsandbytes", hint="use method = 'lora' here"
            )
        prepare: Any = peft.prepare_model_for_kbit_training
        model = prepare(model)
    return peft.get_peft_model(model, settings)


def _arguments(recipe: CausalRecipe, folder: Path) -> TrainingArguments:
    tuning = recipe.tuning
    processes = int(os.environ.get("WORLD_SIZE", "1"))
    share = max(1, tuning.batch // (tuning.at_once * processes))
    has_gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=tuning.epochs,
        learning_rate=tuning.rate,
        per_device_train_batch_size=tuning.at_once,
        per_device_eval_batch_size=tuning.at_once,
        gradient_accumulation_steps=share,
        warmup_steps=tuning.warm_up,
        weight_decay=tuning.weight_decay,
        eval_strategy="steps",
        eval_steps=tuning.save_steps,
        save_steps=tuning.save_steps,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="loss",
        greater_is_better=False,
        logging_steps=1,
        report_to=["tensorboard"],
        bf16=tuning.half_precision,
        gradient_checkpointing=tuning.gradient_checkpointing,
        include_num_input_tokens_seen="all",
        seed=recipe.seed,
        data_seed=recipe.seed,
        use_cpu=not has_gpu,
        ddp_backend="gloo" if processes > 1 and not has_gpu else None,
        disable_tqdm=True,
        dataloader_num_workers=0,
        remove_unused_columns=False,
    )


def same_recipe(told_of: Mapping[str, Any], folder: Path) -> None:
    """Keep the recipe beside the run; refuse to go on with another one."""
    path = folder / _RECIPE
    told = json.dumps(told_of, indent=1, sort_keys=True) + "\n"
    if path.exists() and path.read_text("utf-8") != told:
        raise DataError(
            f"{folder} holds a run of another recipe", hint="choose another --run folder"
        )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(told, "utf-8")


def newest_whole(folder: Path) -> str | None:
    """Return the newest checkpoint that was written to its end; others are removed."""
    found = sorted(
        (folder / "checkpoints").glob("checkpoint-*"), key=lambda path: int(path.name[11:])
    )
    whole = [path for path in found if (path / WHOLE).exists()]
    for path in found:
        if path not in whole:
            shutil.rmtree(path)
    return str(whole[-1]) if whole else None


def save(trainer: Trainer, tokenizer: Any, folder: Path, extra: Mapping[str, Any]) -> None:
    """Write the finished model as ``folder/model``, with `extra` JSON files by name.

    It is written under another name first: half a model is never taken for one.
    """
    partial = folder / f"{MODEL}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    model: Any = trainer.accelerator.unwrap_model(trainer.model)
    if hasattr(model, "merge_and_unload"):
        model.save_pretrained(partial / "adapter")
        model = model.merge_and_unload()
    model.config.use_cache = True
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    for name, value in extra.items():
        (partial / name).write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    for path in partial.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    partial.rename(folder / MODEL)


class Whole(TrainerCallback):
    """Marks a checkpoint when all of it is on the disk."""

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002  the library's signature
        """Mark the checkpoint that was just written."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        if not state.is_world_process_zero or not folder.exists():
            return
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    os.fsync(file.fileno())
        (folder / WHOLE).write_text(json.dumps({"step": state.global_step}) + "\n", "utf-8")


class Progress(TrainerCallback):
    """Tells the loss, tokens a second and the time left."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = 0.0
        self._first = (0, 0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002  as above
        """Note where this process began."""
        self._began = time.monotonic()
        self._first = (state.global_step, state.num_input_tokens_seen or 0)

    def on_log(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ARG002  as above
        """Tell how it goes."""
        logs = more.get("logs")
        spent = time.monotonic() - self._began
        steps = state.global_step - self._first[0]
        if not logs or steps < 1 or not state.is_world_process_zero:
            return
        rate = ((state.num_input_tokens_seen or 0) - self._first[1]) / spent
        left = spent / steps * (state.max_steps - state.global_step) / 60
        told = " ".join(
            f"{name} {logs[name]:.4f}" for name in ("loss", "eval_loss") if name in logs
        )
        if told:
            self._say(
                f"step {state.global_step}/{state.max_steps} {told} "
                f"({rate:.0f} tokens/s, {left:.1f} min left)"
            )
