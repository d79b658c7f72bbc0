"""A run folder of fine-tuning: what it is bound to, whole checkpoints, the finished model."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainerCallback

from weakspot.train import binding
from weakspot.train.causal.finite import check_weights

MODEL = "model"  # the finished model, in the run folder
WHOLE = "whole.json"  # a checkpoint's files and sizes, written when all of it is on the disk


def bind(told: Mapping[str, Any], folder: Path) -> None:
    """Keep beside the run what decides it; refuse to go on when that has changed.

    Raises:
        DataError: the folder holds another run; says what differs.
    """
    record = folder / binding.RECORD
    if record.exists():
        binding.check(record, told, hint="choose another --run folder")
    else:
        binding.write(record, told)


def write_whole(path: Path, text: str) -> None:
    """Write a small file in one rename."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, "utf-8")
    partial.replace(path)


def newest_whole(folder: Path) -> str | None:
    """Return the newest checkpoint with all that was written into it; those without are removed."""
    found = sorted(
        (folder / "checkpoints").glob("checkpoint-*"), key=lambda path: int(path.name[11:])
    )
    whole = [path for path in found if _is_whole(path)]
    for path in found:
        if path not in whole:
            shutil.rmtree(path)
    return str(whole[-1]) if whole else None


def _is_whole(checkpoint: Path) -> bool:
    """Say whether a checkpoint was marked and has all it had then.

    A mark alone is not enough: the Trainer removes a checkpoint file by file, the mark at any time.
    """
    try:
        told: dict[str, int] = json.loads((checkpoint / WHOLE).read_text("utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        return False
    return told.items() <= _sizes(checkpoint).items()


def _sizes(checkpoint: Path) -> dict[str, int]:
    """Return the size of every file by its path, the mark left out."""
    return {
        path.relative_to(checkpoint).as_posix(): path.stat().st_size
        for path in sorted(checkpoint.rglob("*"))
        if path.is_file() and path.name != WHOLE
    }


def save(trainer: Trainer, tokenizer: Any, folder: Path, extra: Mapping[str, Any]) -> None:
    """Write the finished model as ``folder/model``, with `extra` JSON files by name.

    It is written under another name first: half a model is never taken for one.

    Raises:
        DivergedError: a weight is no finite number.
    """
    partial = folder / f"{MODEL}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    model: Any = trainer.accelerator.unwrap_model(trainer.model)
    if hasattr(model, "merge_and_unload"):
        model.save_pretrained(partial / "adapter")
        model = model.merge_and_unload()
    check_weights(model)
    model.config.use_cache = True
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    for name, value in extra.items():
        (partial / name).write_text(json.dumps(value, indent=1) + "\n", "utf-8")
    _on_the_disk(partial)
    partial.rename(folder / MODEL)


class Whole(TrainerCallback):
    """Marks a checkpoint when all of it is on the disk."""

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002  the library's signature
        """Mark the checkpoint that was just written."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        if torch.distributed.is_available() and torch.distributed.is_initialized():
            torch.distributed.barrier()  # every process writes its random state
        if not state.is_world_process_zero or not folder.exists():
            return
        _on_the_disk(folder)
        told = {"step": state.global_step, "files": _sizes(folder)}
        write_whole(folder / WHOLE, json.dumps(told, indent=1) + "\n")


def _on_the_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
