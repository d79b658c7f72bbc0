"""Fine-tuning: what the losses reward, and what a batch holds."""

import dataclasses
import functools
from pathlib import Path

import pytest
import torch

from weakspot.core.example import Role
from weakspot.networks.encoder import Encoder, Outputs, Shape, WeaknessDetector
from weakspot.train.batching import FamilySupply
from weakspot.train.embedded import collate, finetune, losses
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.recipe import EmbeddedRecipe, load_recipe

RECIPE: EmbeddedRecipe = load_recipe(Path(__file__).parents[2] / "recipes" / "nano.toml").embedded
LABELS = 4


def unit(family: str, role: Role, length: int = 6) -> LabelledUnit:
    weak = role.is_weak
    return LabelledUnit(
        ids=tuple(range(40, 40 + length)),
        anchors=(0, length // 2),
        is_weak=weak,
        label=-1 if role is Role.CLEAN else 2,
        lines=(1,) if weak else (),
        role=role,
        family=family,
        mechanism=family,
        needs_context=False,
    )


def families(count: int) -> list[Family]:
    sides = (Role.VULNERABLE, Role.FIXED, Role.DECOY, Role.WRONG_FIX)
    return [tuple(unit(f"f{at}", role, 6 + at % 5) for role in sides) for at in range(count)]


CLEAN = [unit("", Role.CLEAN, 4 + at % 8) for at in range(30)]


def outputs(verdict: list[float], line: float = 0.0, cwe: int = 2) -> Outputs:
    rows = len(verdict)
    cwes = torch.zeros(rows, LABELS)
    cwes[:, cwe] = 5.0
    line_cwes = torch.zeros(rows, 2, LABELS)
    line_cwes[:, 1, cwe] = 5.0
    lines = torch.full((rows, 2), -4.0)
    lines[:, 1] = line
    empty = torch.zeros(rows)
    return Outputs(torch.tensor(verdict), cwes, lines, line_cwes, empty, torch.zeros(rows, 2))


def test_a_gap_between_the_sides_of_a_pair_is_rewarded() -> None:
    batch = collate(families(1)[0][:2], 0.5)
    parts = [
        losses(outputs([gap / 2, -gap / 2]), batch, RECIPE)["pair"] for gap in (-2, 0, 1, 2, 9)
    ]
    assert [float(part) for part in parts] == sorted(map(float, parts), reverse=True)
    assert float(parts[1]) == pytest.approx(RECIPE.pair_weight * RECIPE.margin)
    assert float(parts[3]) == float(parts[4]) == 0.0


def test_sides_of_different_families_are_not_compared() -> None:
    one, other = families(2)
    batch = collate((one[0], other[1]), 0.5)
    assert float(losses(outputs([-3.0, 3.0]), batch, RECIPE)["pair"]) == 0.0


def test_the_right_cwe_and_the_right_line_cost_less() -> None:
    batch = collate(families(1)[0], 0.5)
    right = losses(outputs([3.0, -3.0, -3.0, 3.0], line=4.0), batch, RECIPE)
    wrong = losses(outputs([3.0, -3.0, -3.0, 3.0], line=-4.0, cwe=0), batch, RECIPE)
    for name in ("line", "cwe", "line_cwe"):
        assert float(right[name]) < float(wrong[name])


def test_clean_code_alone_has_a_finite_loss() -> None:
    batch = collate(CLEAN[:3], 0.5)
    parts = losses(outputs([0.0, 0.0, 0.0]), batch, RECIPE)
    assert "cwe" not in parts
    assert all(torch.isfinite(part) for name, part in parts.items() if name != "context")


def test_clean_units_count_by_their_weight_line_by_line_as_well() -> None:
    units = [*families(1)[0][:2], CLEAN[0]]

    def gradients(weight: float) -> list[float]:
        out = outputs([0.0, 0.0, 0.0])
        out.lines.requires_grad_()
        losses(out, collate(units, weight), RECIPE)["line"].backward()
        assert out.lines.grad is not None
        assert float(out.lines.grad[:2].abs().min()) > 0.0
        found: list[float] = out.lines.grad[2].tolist()
        return found

    assert gradients(0.0) == [0.0, 0.0]
    assert gradients(0.5) == pytest.approx([0.5 * one for one in gradients(1.0)])


def test_padding_is_marked() -> None:
    batch = collate([unit("a", Role.VULNERABLE, 4), unit("a", Role.FIXED, 9)], 0.5)
    assert batch.ids.shape == (2, 9)
    assert (batch.ids[0] != 0).tolist() == [True] * 4 + [False] * 5
    assert batch.line_mask.all()


def test_a_batch_holds_whole_families_and_clean_units() -> None:
    recipe = dataclasses.replace(RECIPE, batch_families=4, batch_clean=3)
    supply = FamilySupply(families(16), CLEAN, recipe, seed=1)
    for step in range(12):
        units = supply(step)
        ours = [one for one in units if one.role is not Role.CLEAN]
        assert len({one.family for one in ours}) == 4
        assert len(ours) == 16
        assert len(units) == 19


def test_a_batch_can_be_filled_up_with_clean_units() -> None:
    recipe = dataclasses.replace(RECIPE, batch_families=2, batch_clean=3, batch_units=12)
    supply = FamilySupply(families(16), CLEAN, recipe, seed=1)
    assert [len(supply(step)) for step in range(8)] == [12] * 8
    full = dataclasses.replace(recipe, batch_units=6)
    assert [len(FamilySupply(families(16), CLEAN, full, 1)(step)) for step in range(3)] == [8] * 3


def test_even_batches_have_few_lengths() -> None:
    units = [unit("a", Role.VULNERABLE, 4), unit("a", Role.FIXED, 70)]
    assert collate(units, 0.5, most=512).ids.shape == (2, 96)
    assert collate(units, 0.5, most=80).ids.shape == (2, 80)
    assert collate(units, 0.5).ids.shape == (2, 70)


@pytest.mark.parametrize("context", [64, 11])  # one of few lengths, and a longest unit's
@pytest.mark.parametrize("size", [12, 9])  # filled up to what is compiled for, and not
def test_compiled_training_makes_the_weights_that_plain_training_makes(
    size: int, context: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tracing alone, without the C++ compiler that a test machine may lack.
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend="eager"))
    phase = dataclasses.replace(RECIPE.phases[0], steps=3)
    made = []
    for compiled in (True, False):
        torch.manual_seed(5)
        shape = Shape(
            64, layers=1, width=16, heads=2, feed_forward=32, context=context, labels=LABELS
        )
        model = WeaknessDetector(Encoder(shape))
        first = model.verdict.weight.detach().clone()
        recipe = dataclasses.replace(
            RECIPE, batch_families=2, batch_units=12, warm_up=1, compiled=compiled
        )
        supply = FamilySupply(families(16), CLEAN, recipe, seed=1)
        folder = tmp_path / str(compiled)
        given = [supply(step)[:size] for step in range(phase.steps)]
        finetune(model, given.__getitem__, recipe, phase, folder, 1, lambda _: None)
        made.append(model.verdict.weight.detach().clone())
    assert torch.allclose(*made, atol=1e-4)
    assert not torch.allclose(made[0], first, atol=1e-3)


def test_frozen_layers_stay_and_all_above_them_learns(tmp_path: Path) -> None:
    torch.manual_seed(5)
    shape = Shape(64, layers=3, width=16, heads=2, feed_forward=32, context=64, labels=LABELS)
    model = WeaknessDetector(Encoder(shape))
    before = {name: weights.detach().clone() for name, weights in model.named_parameters()}
    recipe = dataclasses.replace(RECIPE, batch_families=2, batch_units=12, warm_up=1)
    recipe = dataclasses.replace(recipe, compiled=False)
    phase = dataclasses.replace(RECIPE.phases[0], steps=3, frozen_layers=2)
    supply = FamilySupply(families(16), CLEAN, recipe, seed=1)
    finetune(model, supply, recipe, phase, tmp_path, 1, lambda _: None)
    changed = {
        name for name, weights in model.named_parameters() if not weights.equal(before[name])
    }
    still = ("encoder.embedding.", "encoder.blocks.0.", "encoder.blocks.1.")
    assert changed == {name for name in before if not name.startswith(still)}
    assert all(weights.requires_grad for weights in model.parameters())  # for the phase after it
    resumed = WeaknessDetector(Encoder(shape))
    finetune(resumed, supply, recipe, phase, tmp_path, 1, lambda _: None)
    kept = dict(model.named_parameters())
    assert all(weights.equal(kept[name]) for name, weights in resumed.named_parameters())


def test_an_epoch_sees_every_family_once() -> None:
    recipe = dataclasses.replace(RECIPE, batch_families=4, batch_clean=0)
    supply = FamilySupply(families(16), CLEAN, recipe, seed=1)
    for epoch in range(2):
        steps = range(epoch * 4, epoch * 4 + 4)
        seen = [one.family for step in steps for one in supply(step) if one.is_weak]
        assert sorted(set(seen)) == sorted(f"f{at}" for at in range(16))


def test_any_step_can_be_asked_for_alone() -> None:
    recipe = dataclasses.replace(RECIPE, batch_families=4, batch_clean=3)
    whole = FamilySupply(families(16), CLEAN, recipe, seed=1)
    made = [whole(step) for step in range(9)]
    assert FamilySupply(families(16), CLEAN, recipe, seed=1)(7) == made[7]
    assert FamilySupply(families(16), CLEAN, recipe, seed=2)(7) != made[7]
