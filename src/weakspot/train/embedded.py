"""Fine-tunes the pre-trained encoder into the detector that is shipped.

All sides of a family are in one batch, so that the model must tell the vulnerable side from its
fix and not one program from another. Clean functions of real packages are added to each batch
with a smaller weight, because some of them may be weak.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from weakspot.core.example import Role
from weakspot.model.tokens import PAD
from weakspot.networks.encoder import Outputs, WeaknessDetector
from weakspot.train.labelled import LabelledUnit
from weakspot.train.loop import Run, Schedule, optimizers
from weakspot.train.precision import products
from weakspot.train.pretrain import padded, padded_length
from weakspot.train.recipe import EmbeddedRecipe, PhaseRecipe


@dataclass(frozen=True, slots=True)
class Batch:
    """Tensors of B units with up to T tokens and L lines; C labels."""

    ids: Tensor  # [B, T] int64
    anchors: Tensor  # [B, L] int64
    line_mask: Tensor  # [B, L] bool
    weak: Tensor  # [B] float
    label: Tensor  # [B] int64, -1 where clean
    lines: Tensor  # [B, L] float
    context: Tensor  # [B] float
    weight: Tensor  # [B] float
    family: Tensor  # [B] int64, -1 where clean


_ABSOLUTE = 0.05  # weight of binary losses beside the softmax over CWEs


def collate(units: Sequence[LabelledUnit], clean_weight: float, *, most: int = 0) -> Batch:
    """Stack units into padded tensors; with `most`, to one of few lengths, none above that."""
    numbers: dict[str, int] = {}
    anchors = padded([unit.anchors for unit in units], -1)
    lines = torch.zeros(anchors.shape)
    for row, unit in enumerate(units):
        lines[row, list(unit.lines)] = 1.0
    clean = [unit.role is Role.CLEAN for unit in units]
    family = [
        -1 if is_clean else numbers.setdefault(unit.family, len(numbers))
        for unit, is_clean in zip(units, clean, strict=True)
    ]
    longest = max(len(unit.ids) for unit in units)
    return Batch(
        ids=padded([unit.ids for unit in units], PAD, padded_length(longest, most) if most else 0),
        anchors=anchors.clamp_min(0),
        line_mask=anchors >= 0,
        weak=torch.tensor([float(unit.is_weak) for unit in units]),
        label=torch.tensor([unit.label for unit in units]),
        lines=lines,
        context=torch.tensor([float(unit.needs_context) for unit in units]),
        weight=torch.tensor([clean_weight if is_clean else 1.0 for is_clean in clean]),
        family=torch.tensor(family),
    )


def forward(
    model: WeaknessDetector, batch: Batch, encode: Callable[[Tensor, Tensor], Tensor] | None = None
) -> Outputs:
    """Run the model on a batch with its masks; `encode` may stand in for its encoder."""
    mask = batch.ids != PAD
    vectors = (model.encoder if encode is None else encode)(batch.ids, mask)
    return model.judge(vectors, batch.anchors, mask, batch.line_mask)


def losses(out: Outputs, batch: Batch, recipe: EmbeddedRecipe) -> dict[str, Tensor]:
    """Return the weighted parts of the loss."""
    smooth = batch.weak * (1 - recipe.smoothing) + (1 - batch.weak) * recipe.smoothing
    smooth = torch.where(batch.label < 0, torch.zeros_like(smooth), smooth)
    verdict = functional.binary_cross_entropy_with_logits(
        out.verdict, smooth, weight=batch.weight, reduction="sum"
    ) / len(smooth)
    parts = {"verdict": verdict, "pair": recipe.pair_weight * _pairs(out, batch, recipe.margin)}
    of_lines = batch.line_mask * batch.weight.unsqueeze(1)
    parts["line"] = recipe.line_weight * _focal(out.lines, batch.lines, of_lines)
    weak = batch.weak > 0
    if weak.any():
        parts |= _kinds(out, batch, weak, recipe)
    ours = batch.label >= 0
    context = functional.binary_cross_entropy_with_logits(
        out.needs_context[ours], batch.context[ours]
    )
    parts["context"] = recipe.context_weight * context
    return parts


def _kinds(out: Outputs, batch: Batch, weak: Tensor, recipe: EmbeddedRecipe) -> dict[str, Tensor]:
    """Return what naming the CWE costs, for weak units and for their weak lines.

    Softmax over the labels teaches which CWE it is (the sum of binary losses over a hundred labels
    hardly moves); the binary losses, at a small weight, keep each logit's absolute meaning.
    """
    label = batch.label[weak]
    target = functional.one_hot(label, out.cwes.shape[1]).float()
    which = functional.cross_entropy(out.cwes[weak], label)
    each = functional.binary_cross_entropy_with_logits(out.cwes[weak], target, reduction="sum")
    marked = batch.lines[weak]
    chosen = marked.unsqueeze(-1) * target.unsqueeze(1)
    mask = batch.line_mask[weak].unsqueeze(-1).expand_as(chosen)
    line_label = label.unsqueeze(1).expand_as(marked)[marked > 0]
    which_line = functional.cross_entropy(out.line_cwes[weak][marked > 0], line_label)
    each_line = _focal(out.line_cwes[weak], chosen, mask)
    return {
        "cwe": recipe.cwe_weight * (which + _ABSOLUTE * each / weak.sum()),
        "line_cwe": recipe.line_weight * (0.5 * which_line + 2 * _ABSOLUTE * each_line),
    }


def _pairs(out: Outputs, batch: Batch, margin: float) -> Tensor:
    """Hinge between every weak and every sound unit of one family."""
    same = (batch.family[:, None] == batch.family[None, :]) & (batch.family[:, None] >= 0)
    wanted = same & (batch.weak[:, None] > batch.weak[None, :])
    if not wanted.any():
        return out.verdict.sum() * 0.0
    gap = out.verdict[:, None] - out.verdict[None, :]
    return functional.relu(margin - gap)[wanted].mean()


def _focal(logits: Tensor, target: Tensor, mask: Tensor, focus: float = 2.0) -> Tensor:
    """Binary focal loss (Lin et al. 2017) per marked line; `mask` is what each place counts."""
    plain = functional.binary_cross_entropy_with_logits(logits, target, reduction="none")
    missed = torch.abs(target - torch.sigmoid(logits)) ** focus
    return (plain * missed * mask).sum() / target.sum().clamp_min(1.0)


def finetune(
    model: WeaknessDetector,
    supply: Callable[[int], Sequence[LabelledUnit]],
    recipe: EmbeddedRecipe,
    phase: PhaseRecipe,
    folder: Path,
    seed: int,
    say: Callable[[str], None],
) -> None:
    """Train for one phase all weights but the frozen ones; `supply` gives what each step sees."""
    still = model.encoder.below(phase.frozen_layers)
    for weights in still:
        weights.requires_grad_(False)
    compiled: Any = torch.compile(model.encoder, dynamic=False) if recipe.compiled else None

    def objective(step: int) -> tuple[Tensor, Mapping[str, float]]:
        units = supply(step)
        # Compiled for one number of units: a batch that is too full takes the plain way.
        encode = compiled if len(units) == recipe.batch_units else None
        most = model.encoder.shape.context if encode is not None else 0
        batch = collate(units, recipe.clean_weight, most=most)
        with products():
            out = forward(model, batch, encode)
        parts = losses(out, batch, recipe)
        total = torch.stack(list(parts.values())).sum()
        right = ((out.verdict > 0) == (batch.weak > 0)).float().mean()
        measures = {name: part.item() for name, part in parts.items()}
        return total, measures | {"right": right.item()}

    model.train()
    run = Run(
        folder,
        model,
        optimizers(model, phase.muon_rate, phase.rate, recipe.weight_decay, phase.head_rate),
        Schedule(phase.steps, recipe.warm_up, recipe.warm_down),
        seed,
    )
    run.train(objective, say)
    model.eval()
    for weights in still:
        weights.requires_grad_(True)
