"""Ends a run that diverged: what is no number is never saved as a model."""

import math
from typing import Any

import torch
from torch import nn
from transformers import TrainerCallback

from weakspot.core.errors import DataError

_TOLD = ("loss", "grad_norm", "eval_loss")


class DivergedError(DataError):
    """A loss, a gradient or a weight is no finite number any more."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"the run diverged: {what}", hint="lower `rate` in the recipe, in another --run folder"
        )


class Finite(TrainerCallback):
    """Ends the run at the first loss or gradient that is no finite number."""

    def on_log(self, args: Any, state: Any, control: Any, **more: Any) -> None:  # noqa: ARG002  the library's signature
        """Look at what was measured; raises DivergedError."""
        logs = more.get("logs") or {}
        for name in _TOLD:
            if not math.isfinite(logs.get(name, 0.0)):
                raise DivergedError(f"{name} is {logs[name]} at step {state.global_step}")


def check_weights(model: nn.Module) -> None:
    """Raise DivergedError when a weight is no finite number."""
    for name, value in model.named_parameters():
        if not torch.isfinite(value).all():
            raise DivergedError(f"{name} holds what is no finite number")
