"""Fine-tunes a causal model on instruction rows with the Transformers Trainer.

The Trainer brings what a run needs and we would only write worse: resuming with optimizer,
schedule and random state, mixed precision, several processes through torchrun or Accelerate,
TensorBoard logs. Ours: the data, whole checkpoints only, exact early stopping, progress.
"""

import math
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from transformers import (
    EarlyStoppingCallback,
    PrinterCallback,
    Trainer,
    TrainerCallback,
    TrainerState,
    TrainingArguments,
)

from weakspot.core.errors import DataError, MissingExtraError
from weakspot.model.base import base_digests, digest
from weakspot.networks.causal import LABELS_FILE, Causal, load_base, opened, taught
from weakspot.train.causal.finite import Finite
from weakspot.train.causal.folder import (
    MODEL,
    Whole,
    bind,
    newest_whole,
    save,
)
from weakspot.train.causal.recipe import CausalRecipe, TuningRecipe
from weakspot.train.causal.rows import InstructionRows, Padding, Row, labels_of, read_rows
from weakspot.train.precision import has_bfloat16

Say = Callable[[str], None]


def finetune(recipe: CausalRecipe, folder: Path, say: Say, *, offline: bool = True) -> Path:
    """Train (or go on) and leave the finished model in ``folder/model``; return that folder.

    Raises:
        DataError: a finished model is there already, the folder holds a run of another recipe or
            of other data, or `batch` cannot be shared out among the processes and devices.
        DivergedError: a loss, a gradient or a weight is no finite number any more.
    """
    if (folder / MODEL).exists():
        raise DataError(
            f"{folder / MODEL} exists already", hint="choose another --run folder, or remove it"
        )
    rows = {name: read_rows(Path(getattr(recipe.data, name))) for name in ("train", "validation")}
    labels = labels_of((*rows["train"], *rows["validation"]))
    arguments = _arguments(recipe, folder)
    if recipe.tuning.half_precision and not arguments.bf16:
        say("this machine does not multiply in bfloat16: training in float32")
    with arguments.main_process_first(local=False):  # of several processes one writes and removes
        bind(deciding(recipe, labels), folder)
        checkpoint = newest_whole(folder)
    torch.manual_seed(recipe.seed)
    causal = _prepared(recipe, labels, offline)
    trainer = _trainer(recipe, causal, rows, arguments, say)
    trained(trainer, checkpoint, recipe.tuning.patience)
    if trainer.is_world_process_zero():
        told = {"labels": list(causal.labels), "limit": causal.prompter.limit}
        save(trainer, causal.tokenizer, folder, {LABELS_FILE: told})
    return folder / MODEL


def deciding(recipe: CausalRecipe, labels: Sequence[str]) -> dict[str, Any]:
    """Return all that decides a run: the recipe, its labels, the digests of what it reads."""
    inputs = {
        "training_file": digest(Path(recipe.data.train)),
        "validation_file": digest(Path(recipe.data.validation)),
        "base": base_digests(recipe.base),
    }
    return recipe.plain() | {"labels": list(labels), "inputs": inputs}


def steps_for(tuning: TuningRecipe) -> int:
    """Return how many times rows are computed before an update, on this machine.

    Raises:
        DataError: the batch is no multiple of what all processes or GPUs compute at once.
    """
    processes = _processes()
    devices = torch.cuda.device_count() if processes == 1 else 1  # one process drives all GPUs
    together = tuning.at_once * processes * max(1, devices)
    if tuning.batch % together:
        raise DataError(
            f"a batch of {tuning.batch} rows cannot be shared out: {together} are computed at once "
            f"(at_once {tuning.at_once}, {processes} processes, {max(1, devices)} devices each)",
            hint="change `batch` or `at_once` in the recipe, or the number of processes",
        )
    return tuning.batch // together


def _trainer(
    recipe: CausalRecipe,
    causal: Causal,
    rows: dict[str, tuple[Row, ...]],
    arguments: TrainingArguments,
    say: Say,
) -> Trainer:
    varied = recipe.tuning.varied_instructions
    train = InstructionRows(rows["train"], causal, varied=varied, seed=recipe.seed)
    validation = InstructionRows(rows["validation"], causal, varied=False, seed=recipe.seed)
    say(f"{len(train)} rows ({train.cut} cut), {len(validation)} for validation")
    trainer = Trainer(
        model=causal.model,
        args=arguments,
        train_dataset=train,
        eval_dataset=validation,
        data_collator=Padding(causal.tokenizer.pad_token_id),
        callbacks=[
            Patience(early_stopping_patience=recipe.tuning.patience),
            Finite(),
            Whole(),
            Progress(say),
        ],
    )
    trainer.remove_callback(PrinterCallback)  # `Progress` tells the same in one line
    return trainer


def trained(trainer: Trainer, checkpoint: str | None, patience: float = math.inf) -> None:
    """Train to the end, from a checkpoint if there is one, and take the best weights.

    `patience` is how many evaluations without a lower validation loss end the run.
    """
    if checkpoint is not None:
        state = TrainerState.load_from_json(str(Path(checkpoint) / "trainer_state.json"))
        if state.global_step >= state.max_steps or stale(state) >= patience:
            # It was over already. The Trainer would go on: it trains a step before it looks.
            best = f"checkpoint-{state.best_global_step or state.global_step}"
            state.best_model_checkpoint = str(Path(checkpoint).with_name(best))
            trainer.state = state
            trainer._load_best_model()  # what `train` does at its end
            return
    trainer.train(resume_from_checkpoint=checkpoint)


def _prepared(recipe: CausalRecipe, labels: Sequence[str], offline: bool) -> Causal:
    tuning = recipe.tuning
    model, tokenizer = load_base(recipe.base, offline=offline)
    added = taught(model, tokenizer, labels, as_tokens=tuning.answers_as_tokens)
    model.config.use_cache = False
    causal = opened(model, tokenizer, labels, tuning.max_tokens)
    if tuning.method == "full":
        return causal
    return replace(causal, model=_adapted(model, recipe, added))


def _adapted(model: Any, recipe: CausalRecipe, added: Sequence[int]) -> Any:
    """Wrap the model with small trainable parts; LoRA trains the rows of `added` tokens as well."""
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
        # New rows would stay what they were made of, the output's too, which decide the verdict.
        settings = peft.LoraConfig(
            **common,
            r=wanted.rank,
            lora_alpha=wanted.alpha,
            lora_dropout=wanted.dropout,
            trainable_token_indices={name: list(added) for name in _table_names(model)},
        )
    return peft.get_peft_model(model, settings)


def _table_names(model: Any) -> list[str]:
    """Return the names of the input and the output embedding; tied ones go by the input's."""
    first, last = model.get_input_embeddings(), model.get_output_embeddings()
    wanted = [first] if last is None or last.weight is first.weight else [first, last]
    return [name for name, module in model.named_modules() if any(module is one for one in wanted)]


def _processes() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def _has_half() -> bool:
    """Say whether the device multiplies in bfloat16 by instructions of its own."""
    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return has_bfloat16()


def _arguments(recipe: CausalRecipe, folder: Path) -> TrainingArguments:
    tuning = recipe.tuning
    processes = _processes()
    has_gpu = torch.cuda.is_available()
    return TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=tuning.epochs,
        learning_rate=tuning.rate,
        per_device_train_batch_size=tuning.at_once,
        per_device_eval_batch_size=tuning.at_once,
        gradient_accumulation_steps=steps_for(tuning),
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
        logging_nan_inf_filter=False,  # it would hide what `Finite` looks for
        bf16=tuning.half_precision and _has_half(),
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


class Patience(EarlyStoppingCallback):
    """Early stopping whose count goes on where a stopped run left it."""

    def on_train_begin(self, args: Any, state: Any, control: Any, **more: Any) -> None:
        """Count the evaluations before this process."""
        begin: Any = super().on_train_begin  # untyped in the library
        begin(args, state, control, **more)
        self.early_stopping_patience_counter = stale(state)


def stale(state: TrainerState) -> int:
    """Return how many evaluations there were since the lowest validation loss."""
    losses = [one["eval_loss"] for one in state.log_history if "eval_loss" in one]
    return len(losses) - 1 - losses.index(min(losses)) if losses else 0


class Progress(TrainerCallback):
    """Tells the loss, tokens a second and the time left."""

    def __init__(self, say: Say) -> None:
        self._say = say
        self._began = 0.0
        self._first = (0, 0)

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002  the library's signature
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
