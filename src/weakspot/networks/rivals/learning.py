"""Trains any network that maps token ids to one logit, and asks it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Learning:
    """How to train: AdamW with a linear rise over a tenth of the steps and a linear fall."""

    epochs: int
    rate: float
    batch: int = 16
    seed: int = 0


def fit(
    model: nn.Module, ids: Sequence[Sequence[int]], is_weak: Sequence[bool], how: Learning, pad: int
) -> None:
    """Train in place on the CPU; the same rows and seed give the same weights.

    Labels are weighed so that both kinds count alike.
    """
    torch.manual_seed(how.seed)
    order = torch.Generator().manual_seed(how.seed)
    labels = torch.tensor([float(one) for one in is_weak])
    share = float(labels.mean())
    balance = torch.tensor((1.0 - share) / share if 0.0 < share < 1.0 else 1.0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=how.rate, weight_decay=0.01)
    steps = how.epochs * -(-len(ids) // how.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (0.1 * steps + 1), (steps - step) / (0.9 * steps))
    )
    model.train()
    for _ in range(how.epochs):
        shuffled = torch.randperm(len(ids), generator=order)
        for at in range(0, len(ids), how.batch):
            part = shuffled[at : at + how.batch]
            optimizer.zero_grad()
            logits = model(padded([ids[one] for one in part.tolist()], pad))
            loss = functional.binary_cross_entropy_with_logits(
                logits.float(), labels[part], pos_weight=balance
            )
            loss.backward()  # type: ignore[no-untyped-call]  # torch does not say
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()


@torch.inference_mode()
def probabilities(
    model: nn.Module, ids: Sequence[Sequence[int]], pad: int, batch: int = 32
) -> Iterator[float]:
    """Yield the probability that each row is weak, in order."""
    model.eval()
    for at in range(0, len(ids), batch):
        yield from model(padded(ids[at : at + batch], pad)).float().sigmoid().tolist()


def padded(rows: Sequence[Sequence[int]], pad: int) -> Tensor:
    """Return ids as one tensor [B, T] with `pad` behind the shorter ones; no row stays empty."""
    longest = max(1, *(len(row) for row in rows))
    return torch.tensor([[*row, *[pad] * (longest - len(row))] for row in rows])
