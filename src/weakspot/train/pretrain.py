"""Masked-token pre-training of the encoder on real code (Devlin et al. 2019, 30 % masked)."""

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from weakspot.model.tokens import CLS, MASK, OFFSET, PAD
from weakspot.networks.encoder import Encoder
from weakspot.train.loop import Run, Schedule, optimizers
from weakspot.train.recipe import PretrainRecipe

Tokens = Sequence["np.ndarray[tuple[int], np.dtype[np.uint16]]"]


def padded(rows: Sequence[Sequence[int]], fill: int) -> Tensor:
    """Stack rows of ids into [B, longest], filled up with `fill`."""
    longest = max(len(row) for row in rows)
    table = np.full((len(rows), longest), fill, dtype=np.int64)
    for index, row in enumerate(rows):
        table[index, : len(row)] = row
    return torch.from_numpy(table)


def batches(lengths: Sequence[int], batch_tokens: int, seed: int) -> list[list[int]]:
    """Group indices into batches of similar length and at most `batch_tokens` with padding."""
    shuffler = random.Random(seed)  # noqa: S311  reproducible order, no secret
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i] // 16, shuffler.random()))
    groups: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for index in order:
        longest = max(longest, lengths[index])
        if current and longest * (len(current) + 1) > batch_tokens:
            groups.append(current)
            current, longest = [], lengths[index]
        current.append(index)
    if current:
        groups.append(current)
    shuffler.shuffle(groups)
    return groups


def corrupt(ids: Tensor, share: float, vocabulary: int) -> tuple[Tensor, Tensor]:
    """Hide `share` of the plain tokens: 80 % masked, 10 % replaced, 10 % left.

    Returns the corrupted ids and a boolean table of the positions to predict.
    """
    chosen = (torch.rand(ids.shape) < share) & (ids >= OFFSET)
    fate = torch.rand(ids.shape)
    noise = torch.randint(OFFSET, vocabulary, ids.shape)
    hidden = torch.where(chosen & (fate < 0.8), torch.tensor(MASK), ids)
    return torch.where(chosen & (fate > 0.9), noise, hidden), chosen


def pretrain(
    encoder: Encoder,
    tokens: Tokens,
    recipe: PretrainRecipe,
    folder: Path,
    seed: int,
    say: Callable[[str], None],
) -> None:
    """Train the encoder to fill in hidden tokens; the result is the folder's checkpoint."""
    lengths = [len(row) for row in tokens]
    epochs: dict[int, list[list[int]]] = {}
    per_epoch = len(batches(lengths, recipe.batch_tokens, 0))

    def objective(step: int) -> tuple[Tensor, Mapping[str, float]]:
        epoch, index = divmod(step, per_epoch)
        if epoch not in epochs:
            epochs.clear()
            epochs[epoch] = batches(lengths, recipe.batch_tokens, seed + epoch)
        group = epochs[epoch][index % len(epochs[epoch])]
        ids = padded([tokens[i].tolist() for i in group], PAD)
        hidden, chosen = corrupt(ids, recipe.mask, encoder.shape.vocabulary)
        chosen[ids == CLS] = False
        with torch.autocast("cpu", dtype=torch.bfloat16):
            vectors = encoder(hidden, ids != PAD)
            logits = encoder.token_logits(vectors[chosen])
        loss = functional.cross_entropy(logits.float(), ids[chosen])
        return loss, {"tokens": float(ids.numel())}

    run = Run(
        folder,
        encoder,
        optimizers(encoder, recipe.muon_rate, recipe.adam_rate, recipe.weight_decay),
        Schedule(recipe.steps, recipe.warm_up, recipe.warm_down),
        seed,
    )
    run.train(objective, say)
