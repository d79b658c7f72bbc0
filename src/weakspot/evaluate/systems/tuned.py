"""Fine-tuned causal language models, by `weakspot train finetune` on the same rows as the others.

Full fine-tuning (Shestov et al., arXiv 2401.17010; the paper itself, arXiv 2504.16584), LoRA (Hu et
al., arXiv 2106.09685) and IA3 (Liu et al., arXiv 2205.05638), and the base as it comes.
"""

import hashlib
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from weakspot.core.errors import DataError, UsageError, WeakspotError
from weakspot.evaluate import causal
from weakspot.evaluate.detector import Answers, Settings, needs_training
from weakspot.evaluate.suites import Row
from weakspot.evaluate.systems.parted import parted
from weakspot.model.base import base_digests
from weakspot.model.prompt import INSTRUCTION, answer_of

_DECODE = "scores"
# Of the weak answers together: where all are unsure, no single CWE outweighs "Secure".
_THRESHOLD = 0.5


@dataclass(frozen=True, slots=True)
class Untuned:
    """The base model of the settings, asked zero-shot."""

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Judge; raises UsageError when no base was given, or one that is no folder."""
        del train
        base = _base(self.settings, self.name)
        return Answers(
            causal.judge(rows, base, _DECODE, _THRESHOLD, zero_shot=True, say=_quiet), base
        )


@dataclass(frozen=True, slots=True)
class Tuned:
    """One of `lm-full`, `lm-lora`, `lm-ia3`.

    The model stays in the work folder under a name of base (with what is in its files), recipe and
    rows: it is trained once, and an interrupted training goes on.
    """

    name: str
    settings: Settings

    def judge(self, rows: Sequence[Row], train: Sequence[Row]) -> Answers:
        """Train and judge.

        Raises:
            UsageError: no base, no recipe or nothing to learn from was given, or no folder as base.
            WeakspotError: training fails; the message is the command's.
        """
        needs_training(train, self.name)
        base, method = _base(self.settings, self.name), self.name.removeprefix("lm-")
        if self.settings.recipe is None:
            raise UsageError(f"{self.name} needs to know how to train", hint="give --recipe")
        try:
            recipe = tomllib.loads(self.settings.recipe.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise DataError(f"{self.settings.recipe}: {error}") from error
        recipe["base"], recipe["tuning"]["method"] = base, method
        sides = dict(zip(("train", "validation"), parted(train), strict=True))
        texts = {side: _instructions(part) for side, part in sides.items()}
        told = [recipe, texts, self.settings.seed]
        if digests := base_digests(base):
            told.append(digests)
        known = json.dumps(told, sort_keys=True).encode()
        folder = self.settings.work / f"{self.name}-{hashlib.sha256(known).hexdigest()[:12]}"
        model = folder / "run" / "model"
        if not model.exists():
            self._train(folder, recipe, texts)
        return Answers(
            causal.judge(rows, str(model), _DECODE, _THRESHOLD, zero_shot=False, say=_quiet),
            f"{base} {method}",
        )

    def _train(self, folder: Path, recipe: dict[str, Any], texts: Mapping[str, str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for side, text in texts.items():
            (folder / f"{side}.jsonl").write_text(text, "utf-8")
            recipe["data"][side] = str(folder / f"{side}.jsonl")
        recipe["name"], recipe["seed"] = self.name, self.settings.seed
        (folder / "recipe.toml").write_text("\n".join(_toml(recipe)) + "\n", "utf-8")
        command = [sys.executable, "-P", "-m", "weakspot", "train", "finetune", "--offline"]
        command += ["--recipe", str(folder / "recipe.toml"), "--run", str(folder / "run")]
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            command, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            lines = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise WeakspotError(f"training failed: {' '.join(lines[-2:])}")


def _base(settings: Settings, name: str) -> str:
    if settings.base is None:
        raise UsageError(f"{name} needs a causal language model", hint="give --base")
    if not Path(settings.base).is_dir():
        raise UsageError(
            f"{name}: there is no model folder {settings.base!r}",
            hint="give --base a folder: measuring never asks the hub",
        )
    return settings.base


def _quiet(text: str) -> None:
    del text  # scores have nothing to tell


def _instructions(rows: Iterable[Row]) -> str:
    """Return rows in the paper's form; weak ones whose CWE nobody names cannot be learnt."""
    return "".join(
        json.dumps(
            {
                "instruction": INSTRUCTION,
                "input": row.code,
                "output": answer_of(row.cwes[0] if row.is_weak else None),
            }
        )
        + "\n"
        for row in rows
        if row.cwes or not row.is_weak
    )


def _toml(recipe: Mapping[str, Any]) -> Iterable[str]:
    """Yield a recipe's lines; its values are those that JSON and TOML write alike."""
    for key, value in recipe.items():
        if not isinstance(value, Mapping):
            yield f"{key} = {json.dumps(value)}"
    for key, value in recipe.items():
        if isinstance(value, Mapping):
            yield f"[{key}]"
            yield from (f"{name} = {json.dumps(one)}" for name, one in value.items())
