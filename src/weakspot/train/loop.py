"""The training loop that every stage shares: optimise, log, checkpoint, resume exactly.

Everything random in step *n* is drawn from a generator seeded with (seed, n), so a run that was
killed and resumed makes the same weights as one that was not (same machine, same threads).
"""

import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from weakspot.core.errors import DataError
from weakspot.train.precision import Muon
from weakspot.train.run import checkpoint_in

Objective = Callable[[int], tuple[Tensor, Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Trapezoid: linear `warm_up` steps, constant, linear decay over the last `warm_down` share."""

    steps: int
    warm_up: int
    warm_down: float

    def factor(self, step: int) -> float:
        """Return the share of the full learning rate at a 0-based step."""
        down = max(1, round(self.steps * self.warm_down))
        return min(1.0, (step + 1) / max(1, self.warm_up), (self.steps - step) / down)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a run logs and saves, in steps and seconds."""

    log_every: int = 20
    save_seconds: float = 300.0


def optimizers(
    model: nn.Module,
    muon_rate: float,
    adam_rate: float,
    weight_decay: float,
    head_rate: float | None = None,
) -> list[torch.optim.Optimizer]:
    """Return Muon (Jordan et al. 2024) for the blocks' matrices and AdamW for all else.

    A `muon_rate` of 0 leaves the matrices to AdamW. What lies outside ``encoder.`` (new heads on a
    pre-trained encoder) learns at `head_rate`, when one is given.
    """
    named = dict(model.named_parameters())
    matrices = [p for name, p in named.items() if p.ndim == 2 and "blocks." in name]
    heads = [
        p for name, p in named.items() if head_rate is not None and not name.startswith("encoder.")
    ]
    taken = {id(p) for p in (*matrices, *heads)}
    plain: list[dict[str, Any]] = [
        {"params": [p for p in named.values() if id(p) not in taken], "lr": adam_rate}
    ]
    if heads:
        plain.append({"params": heads, "lr": head_rate})
    found: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(plain, betas=(0.9, 0.98), weight_decay=0.01)
    ]
    if muon_rate > 0:
        found.append(Muon(matrices, lr=muon_rate, weight_decay=weight_decay))
    else:
        found.append(torch.optim.AdamW(matrices, lr=adam_rate, weight_decay=weight_decay))
    return found


class Run:
    """One resumable training run in a folder: ``checkpoint.safetensors`` and ``log.jsonl``."""

    def __init__(
        self,
        folder: Path,
        model: nn.Module,
        optimizers: list[torch.optim.Optimizer],
        schedule: Schedule,
        seed: int,
        pace: Pace | None = None,
    ) -> None:
        self.folder = folder
        self.model = model
        self.schedule = schedule
        self._optimizers = optimizers
        self._seed = seed
        self._pace = pace or Pace()
        self._rates = [[group["lr"] for group in one.param_groups] for one in optimizers]
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def checkpoint(self) -> Path:
        """The file that holds the newest state."""
        return checkpoint_in(self.folder)

    def train(self, objective: Objective, say: Callable[[str], None]) -> None:
        """Run (or go on) to the last step and leave the final state in the checkpoint."""
        start = self.resume()
        saved = began = time.monotonic()
        for step in range(start, self.schedule.steps):
            torch.manual_seed(self._seed * 1_000_003 + step)
            factor = self.schedule.factor(step)
            for one, rates in zip(self._optimizers, self._rates, strict=True):
                for group, rate in zip(one.param_groups, rates, strict=True):
                    group["lr"] = rate * factor
                one.zero_grad(set_to_none=True)
            loss, measures = objective(step)
            if not math.isfinite(loss.item()):
                raise DataError(f"the loss is {loss.item()} at step {step}", hint="lower the rate")
            loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            norm = nn.utils.clip_grad_norm_(self.model.parameters(), 1.0).item()
            if not math.isfinite(norm):
                raise DataError(f"the gradient is {norm} at step {step}", hint="lower the rate")
            for one in self._optimizers:
                one.step()
            now = time.monotonic()
            if step % self._pace.log_every == 0 or step + 1 == self.schedule.steps:
                left = (now - began) / (step + 1 - start) * (self.schedule.steps - step - 1)
                self._log(step, loss.item(), measures, left, say)
            if now - saved > self._pace.save_seconds and step + 1 < self.schedule.steps:
                self.save(step + 1)
                saved = now
        self.save(self.schedule.steps)

    def save(self, step: int) -> None:
        """Write the whole state at once; a cut-short write leaves the old state."""
        tensors = {"model." + name: value for name, value in self.model.state_dict().items()}
        for index, one in enumerate(self._optimizers):
            for key, state in one.state_dict()["state"].items():
                for name, value in state.items():
                    tensor = value if isinstance(value, Tensor) else torch.tensor(value)
                    tensors[f"optimizer.{index}.{key}.{name}"] = tensor.contiguous()
        partial = self.checkpoint.with_suffix(".partial")
        plain = {name: tensor.contiguous() for name, tensor in tensors.items()}
        save_file(plain, partial, metadata={"step": str(step)})
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.replace(self.checkpoint)

    def resume(self) -> int:
        """Load the newest state, if there is one, and return the step to go on with."""
        if not self.checkpoint.exists():
            return 0
        metadata, tensors = _read(self.checkpoint)
        step = int(metadata["step"])
        self.model.load_state_dict(_under(tensors, "model."))
        for index, one in enumerate(self._optimizers):
            states: dict[int, dict[str, Tensor]] = {}
            for name, value in _under(tensors, f"optimizer.{index}.").items():
                key, _, field = name.partition(".")
                states.setdefault(int(key), {})[field] = value
            one.load_state_dict({**one.state_dict(), "state": states})
        return step

    def _log(
        self,
        step: int,
        loss: float,
        measures: Mapping[str, float],
        left: float,
        say: Callable[[str], None],
    ) -> None:
        row = {"step": step, "loss": round(loss, 5)}
        row |= {name: round(value, 5) for name, value in measures.items()}
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        shown = " ".join(f"{name} {value:g}" for name, value in row.items() if name != "step")
        say(f"step {step}/{self.schedule.steps} {shown} ({left / 60:.1f} min left)")


def is_finished(folder: Path, steps: int) -> bool:
    """Whether the run in `folder` has made its last step."""
    checkpoint = checkpoint_in(folder)
    if not checkpoint.exists():
        return False
    with _opened(checkpoint) as file:
        return int((file.metadata() or {})["step"]) >= steps


def load_weights(model: nn.Module, checkpoint: Path, *, prefix: str = "") -> None:
    """Load the weights below `prefix` of a run's checkpoint into `model`."""
    _, tensors = _read(checkpoint)
    model.load_state_dict(_under(tensors, "model." + prefix))


def _read(checkpoint: Path) -> tuple[Mapping[str, str], dict[str, Tensor]]:
    """Read a safetensors file: a format that cannot carry code, unlike a pickle."""
    with _opened(checkpoint) as file:
        metadata: Mapping[str, str] = file.metadata() or {}
        return metadata, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  no dict


@contextmanager
def _opened(checkpoint: Path) -> Iterator[Any]:
    try:
        with safe_open(checkpoint, framework="pt") as file:
            yield file
    except SafetensorError as error:
        raise DataError(
            f"{checkpoint} is damaged: {error}",
            hint="remove it to start this step anew",
        ) from error


def _under(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }
