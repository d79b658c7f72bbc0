"""Pre-training of the encoder on real code: fill in hidden tokens, find exchanged ones.

Masked-token prediction (Devlin et al. 2019) and, in the same pass, replaced-token detection (Clark
et al. 2020) with tokens that no second network has to make up (`weakspot.train.exchange`).
"""

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from weakspot.model.tokens import MASK, OFFSET, PAD, Tokenizer
from weakspot.networks.encoder import Encoder
from weakspot.train.exchange import WEAKEN, Exchange
from weakspot.train.loop import Run, Schedule, load_weights, optimizers
from weakspot.train.precision import products
from weakspot.train.recipe import PretrainRecipe
from weakspot.train.run import checkpoint_in

Row = np.ndarray[tuple[int], np.dtype[np.uint16]]  # the ids of one unit
Tokens = Sequence[Row]


LENGTHS = (64, 96, 128, 192, 256, 384, 512)  # that batches are padded to: few shapes to compile


def padded(rows: Sequence[Sequence[int]], fill: int, length: int = 0) -> Tensor:
    """Stack rows of ids into [B, longest or `length`], filled up with `fill`."""
    longest = max(length, *(len(row) for row in rows)) if length else max(map(len, rows))
    table = np.full((len(rows), longest), fill, dtype=np.int64)
    for index, row in enumerate(rows):
        table[index, : len(row)] = row
    return torch.from_numpy(table)


def padded_length(length: int, most: int) -> int:
    """Return the first of `LENGTHS`, or a multiple of the last, that holds so many tokens.

    It is never above `most`, the longest that the network reads.
    """
    fitting = (one for one in LENGTHS if one >= length)
    return min(most, next(fitting, -(-length // LENGTHS[-1]) * LENGTHS[-1]))


def batches(lengths: Sequence[int], batch_tokens: int, seed: int, most: int) -> list[list[int]]:
    """Group indices by padded length into batches of at most `batch_tokens` with padding.

    All batches of one length have the same number of rows. What is left over waits for another
    epoch and another order; a length with too few rows for one batch is left out, unless all are.
    """
    shuffler = random.Random(seed)  # noqa: S311  reproducible order, no secret
    by_length: defaultdict[int, list[int]] = defaultdict(list)
    for index, length in enumerate(lengths):
        by_length[padded_length(length, most)].append(index)
    groups: list[list[int]] = []
    left: list[list[int]] = []
    for length, indices in sorted(by_length.items()):
        shuffler.shuffle(indices)
        size = max(1, batch_tokens // length)
        for start in range(0, len(indices), size):
            group = indices[start : start + size]
            (groups if len(group) == size else left).append(group)
    groups = groups or left
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


class Pretraining(nn.Module):
    """An encoder with the head that tells exchanged tokens."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.exchanged = nn.Linear(encoder.shape.width, 1)
        nn.init.constant_(self.exchanged.bias, -2.0)


def pretrain(
    encoder: Encoder,
    tokens: Tokens,
    tokenizer: Tokenizer,
    recipe: PretrainRecipe,
    folder: Path,
    seed: int,
    say: Callable[[str], None],
) -> None:
    """Train the encoder on `tokens`; the result is the folder's checkpoint (`load_pretrained`)."""
    model = Pretraining(encoder)
    vectors_of: Any = torch.compile(encoder, dynamic=False) if recipe.compiled else encoder
    exchange = Exchange(tokenizer)
    lengths = [len(row) for row in tokens]
    epochs: dict[int, list[list[int]]] = {}
    most = encoder.shape.context
    per_epoch = len(batches(lengths, recipe.batch_tokens, 0, most))

    def objective(step: int) -> tuple[Tensor, Mapping[str, float]]:
        epoch, index = divmod(step, per_epoch)
        if epoch not in epochs:
            epochs.clear()
            epochs[epoch] = batches(lengths, recipe.batch_tokens, seed + epoch, most)
        rows = [tokens[i].tolist() for i in epochs[epoch][index]]
        longest = padded_length(max(map(len, rows)), most)
        draw = random.Random(seed * 1_000_003 + step)  # noqa: S311  reproducible, no secret
        share = WEAKEN if recipe.exchanged else 0.0
        drawn = [exchange.weakened(row, draw, share) for row in rows]
        ids = padded([row[:longest] for row, _ in drawn], PAD, longest)
        wrong = padded([changed[:longest] for _, changed in drawn], 0, longest) > 0
        hidden, chosen = corrupt(ids, recipe.mask, encoder.shape.vocabulary)
        chosen &= ~wrong
        hidden = torch.where(wrong, ids, hidden)
        seen = (ids >= OFFSET) & ~chosen
        hidden, moved = exchange.misplaced(hidden, recipe.exchanged, seen & ~wrong)
        wrong |= moved
        with products():
            vectors = vectors_of(hidden, ids != PAD)
            logits = encoder.token_logits(vectors[chosen])
            doubts = model.exchanged(vectors[seen]).squeeze(-1)
        # Each as the model computes, which halves the time of this largest table; not their mean.
        each = functional.cross_entropy(logits, ids[chosen], reduction="none").float()
        masked = each.sum() / max(1, len(each))
        found = functional.binary_cross_entropy_with_logits(doubts.float(), wrong[seen].float())
        loss = masked + recipe.exchanged_weight * found
        return loss, {
            "tokens": float(ids.numel()),
            "masked": masked.item(),
            "exchanged": found.item(),
        }

    run = Run(
        folder,
        model,
        optimizers(model, recipe.muon_rate, recipe.adam_rate, recipe.weight_decay),
        Schedule(recipe.steps, recipe.warm_up, recipe.warm_down),
        seed,
    )
    run.train(objective, say)


def load_pretrained(encoder: Encoder, folder: Path) -> None:
    """Load what `pretrain` left in `folder` into `encoder`."""
    load_weights(encoder, checkpoint_in(folder), prefix="encoder.")
