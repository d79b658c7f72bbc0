"""A run folder of fine-tuning: what it is bound to, whole checkpoints, the finished model."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import Trainer, TrainerCallback

from weakspot.train import binding

MODEL = "model"  # the finished model, in the run folder
WHOLE = "whole.json"  # written into a checkpoint when all of it is on the disk


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
    _on_the_disk(partial)
    partial.rename(folder / MODEL)


class Whole(TrainerCallback):
    """Marks a checkpoint when all of it is on the disk."""

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:  # noqa: ARG002  the library's signature
        """Mark the checkpoint that was just written."""
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        if not state.is_world_process_zero or not folder.exists():
            return
        _on_the_disk(folder)
        (folder / WHOLE).write_text(json.dumps({"step": state.global_step}) + "\n", "utf-8")


def _on_the_disk(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
