"""Training computes in bfloat16 where the processor can, and learns the same where it cannot."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from weakspot.train import precision

SHAPES = ((24, 8), (8, 8), (8, 24))


def changes(dtype: torch.dtype = torch.float32, steps: int = 3) -> list[Tensor]:
    """How far so many steps along drawn gradients move weights."""
    torch.manual_seed(0)
    weights = [torch.nn.Parameter(torch.randn(shape).to(dtype)) for shape in SHAPES]
    before = [weight.detach().clone() for weight in weights]
    optimizer = precision.Muon(weights, lr=0.01, weight_decay=0.0)
    for _ in range(steps):
        for weight in weights:
            weight.grad = torch.randn(weight.shape).to(dtype)
        optimizer.step()
    return [(weight - old).detach() for weight, old in zip(weights, before, strict=True)]


def far(left: Sequence[Tensor], right: Sequence[Tensor]) -> float:
    """The largest difference between changes, as a share of the largest change."""
    gaps = [float((one - other).abs().max()) for one, other in zip(left, right, strict=True)]
    return max(gaps) / max(float(one.abs().max()) for one in left)


@pytest.mark.parametrize("able", [True, False])
def test_products_are_of_what_the_processor_has(
    able: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda: able)
    with precision.products():
        found = torch.ones(2, 2) @ torch.ones(2, 2)
    assert found.dtype == (torch.bfloat16 if able else torch.float32)


def test_steps_in_float32_are_those_in_bfloat16_but_for_rounding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(precision, "has_bfloat16", lambda: True)
    rounded = changes()
    monkeypatch.setattr(precision, "has_bfloat16", lambda: False)
    whole, exact = changes(), changes(torch.float64)
    assert far(exact, whole) < 1e-4
    assert 1e-3 < far(exact, rounded) < 0.05
