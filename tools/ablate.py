"""Trains short variants of the embedded model and tells what each choice of the recipe is worth.

    python tools/ablate.py runs/nano [--steps 120] [--variant NAME ...] [--suite FILE]

Every variant sees as many families in as many steps; what is told comes from held-out mechanisms
and from units of the calibration packages. A suite is measured on, never chosen by. Rows go to
``ablation.jsonl`` of the run folder; a variant that stands there is not trained again.
"""

import argparse
import dataclasses
import json
import random
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch

from weakspot.cli.train import Generators
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Role
from weakspot.evaluate.suites import Row, read_suite
from weakspot.model.tokens import Tokenizer
from weakspot.networks.encoder import Encoder, WeaknessDetector
from weakspot.train import corpus, embedded, labelled, pretrain, stages
from weakspot.train.batching import FamilySupply, evened
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.precision import products
from weakspot.train.recipe import EmbeddedRecipe, PhaseRecipe, Recipe, load_recipe
from weakspot.train.run import RunFolder, load_tokenizer

CLEAN = 4_000  # calibration units that the threshold is read from
BUDGET = 0.01  # share of them flagged
FEW_STEPS = 125  # of the shorter pre-training: an eighth of the recipe's
EACH = 6  # families composed for a mechanism


@dataclasses.dataclass(frozen=True)
class Variant:
    """One departure from the base; `share` is that of the mechanisms learnt from."""

    recipe: Callable[[EmbeddedRecipe], EmbeddedRecipe] = lambda recipe: recipe
    roles: frozenset[Role] = frozenset(Role)
    share: float = 1.0
    pretrained: str = "all"
    injected: bool = True
    in_real_code: float = 0.6


def changed(**fields: float) -> Callable[[EmbeddedRecipe], EmbeddedRecipe]:
    """Return what replaces fields of a recipe."""
    return lambda recipe: dataclasses.replace(recipe, **fields)  # type: ignore[arg-type]


VARIANTS = {
    "base": Variant(),
    "no pre-training": Variant(pretrained="none"),
    "an eighth of the pre-training": Variant(pretrained="few"),
    "pairs in place of quadruples": Variant(roles=frozenset({Role.VULNERABLE, Role.FIXED})),
    "no margin between the sides": Variant(changed(pair_weight=0.0)),
    "no line head": Variant(changed(line_weight=0.0)),
    "no clean code": Variant(changed(clean_weight=0.0)),
    "no injection into real code": Variant(injected=False, in_real_code=0.0),
    "weight decay 0.4": Variant(changed(weight_decay=0.4)),
    "a quarter of the mechanisms": Variant(share=0.25),
    "half of the mechanisms": Variant(share=0.5),
}


@dataclasses.dataclass(frozen=True)
class Bench:
    """What all variants share."""

    recipe: Recipe
    run: RunFolder
    tokenizer: Tokenizer
    labels: tuple[str, ...]
    composed: Sequence[Family]
    plain: Sequence[Family]
    injected: Sequence[Family]
    clean: Sequence[LabelledUnit]
    validation: Sequence[Family]
    unseen: Sequence[LabelledUnit]


def main() -> None:
    """Train what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("--recipe", type=Path, default=Path("recipes/nano.toml"))
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--variant", action="append", choices=list(VARIANTS))
    parser.add_argument("--suite", type=Path)
    given = parser.parse_args()
    out = given.run / "ablation.jsonl"
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    rows = [json.loads(line) for line in lines]
    known = {row["variant"] for row in rows if row["steps"] == given.steps}
    missing = [name for name in given.variant or VARIANTS if name not in known]
    suite = read_suite(given.suite) if given.suite else ()
    bench = prepared(given.recipe, given.run)
    for name in missing:
        row = {"variant": name, "steps": given.steps}
        row |= judged(bench, trained(bench, VARIANTS[name], given.steps), suite)
        rows.append(row)
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        sys.stderr.write(f"{row}\n")
    titles = list(dict.fromkeys(key for row in rows for key in row))
    sys.stdout.write(f"| {' | '.join(titles)} |\n{'|---' * len(titles)}|\n")
    for row in rows:
        cells = (row.get(title, "-") for title in titles)
        shown = (f"{100 * one:.1f}" if isinstance(one, float) else str(one) for one in cells)
        sys.stdout.write(f"| {' | '.join(shown)} |\n")


def prepared(recipe_path: Path, folder: Path) -> Bench:
    """Make the data once."""
    recipe = load_recipe(recipe_path)
    run = RunFolder(folder)
    makers = Generators(recipe.embedded.leave_out)
    tokenizer = load_tokenizer(run)
    mechanisms = makers.mechanisms()
    labels, limit = stages.labels_of(mechanisms), recipe.shape.context
    held = stages.held_out(mechanisms, recipe.embedded.held_out)
    names = [name for name in sorted(mechanisms) if name not in held]
    examples = list(makers.compose(names, EACH, recipe.seed))
    around = stages.surroundings(recipe, run.corpus, 0.6)
    held_real = stages.held_out_rewrites(makers.rewrites(), recipe.embedded.held_out)
    pairs = makers.inject(corpus.read(run.corpus), recipe.seed)
    kept = (pair for pair in pairs if pair.mechanism not in held_real)
    return Bench(
        recipe,
        run,
        tokenizer,
        labels,
        labelled.families(examples, tokenizer, labels, limit, around),
        labelled.families(examples, tokenizer, labels, limit),
        labelled.injected(kept, tokenizer, labels, limit),
        stages.clean_units(run.corpus, tokenizer, limit, 20_000, recipe.seed, makers),
        stages.validation(recipe, run, makers),
        stages.clean_units(run.calibration, tokenizer, limit, CLEAN, recipe.seed),
    )


def trained(bench: Bench, variant: Variant, steps: int) -> WeaknessDetector:
    """Return a detector trained as the variant says."""
    recipe = variant.recipe(bench.recipe.embedded)
    torch.manual_seed(bench.recipe.seed)
    shape = stages.shape_of(bench.recipe, bench.tokenizer, len(bench.labels))
    encoder = Encoder(shape, recipe.dropout)
    if variant.pretrained == "all":
        pretrain.load_pretrained(encoder, bench.run.path / "pretrain")
    elif variant.pretrained == "few":
        pretrain.load_pretrained(encoder, pretrained_shortly(bench))
    model = WeaknessDetector(encoder)
    composed = bench.composed if variant.in_real_code else bench.plain
    mechanisms = sorted({family[0].mechanism for family in composed})
    random.Random(0).shuffle(mechanisms)  # noqa: S311
    chosen = set(mechanisms[: round(variant.share * len(mechanisms))])
    families = [
        tuple(unit for unit in family if unit.role in variant.roles)
        for family in composed
        if family[0].mechanism in chosen
    ]
    if variant.injected:
        count = round(variant.share * len(families))
        families += evened(bench.injected, count, bench.recipe.seed)
    phase = PhaseRecipe("variant", steps, 0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.001, 0.005)
    folder = bench.run.path / "ablation"
    for old in folder.glob("*"):
        old.unlink()
    supply = FamilySupply(families, bench.clean, recipe, bench.recipe.seed)
    embedded.finetune(model, supply, recipe, phase, folder, bench.recipe.seed, lambda _: None)
    return model.eval()


def pretrained_shortly(bench: Bench) -> Path:
    """Pre-train for an eighth of the steps; returns the folder of the run."""
    folder = bench.run.path / "pretrain-few"
    recipe = dataclasses.replace(bench.recipe.pretrain, steps=FEW_STEPS)
    units = (unit for _, unit in corpus.read(bench.run.corpus))
    limit = bench.recipe.shape.context
    tokens = [np.array(bench.tokenizer.encode(unit, limit).ids, dtype=np.uint16) for unit in units]
    random.Random(bench.recipe.seed).shuffle(tokens)  # noqa: S311
    torch.manual_seed(bench.recipe.seed)
    encoder = Encoder(stages.shape_of(bench.recipe, bench.tokenizer, 1))
    known, seed = bench.tokenizer, bench.recipe.seed
    pretrain.pretrain(encoder, tokens, known, recipe, folder, seed, lambda _: None)
    return folder


@torch.inference_mode()
def verdicts(model: WeaknessDetector, units: Sequence[LabelledUnit]) -> list[tuple[float, int]]:
    """Return the verdict's logit and the leading CWE of every unit."""
    order = sorted(range(len(units)), key=lambda at: len(units[at].ids))
    found: list[tuple[float, int]] = [(0.0, 0)] * len(units)
    for start in range(0, len(order), 32):
        part = order[start : start + 32]
        with products():
            out = embedded.forward(model, embedded.collate([units[at] for at in part], 1.0))
        leading = out.cwes.float().argmax(-1).tolist()
        for at, logit, cwe in zip(part, out.verdict.float().tolist(), leading, strict=True):
            found[at] = (logit, cwe)
    return found


def judged(bench: Bench, model: WeaknessDetector, suite: Sequence[Row]) -> dict[str, float]:
    """Return what held-out mechanisms, and the suite, say at the budget of clean units."""
    clean = [logit for logit, _ in verdicts(model, bench.unseen)]
    threshold = float(np.quantile(clean, 1.0 - BUDGET))
    units = [unit for family in bench.validation for unit in family]
    said = dict(zip(map(id, units), verdicts(model, units), strict=True))
    ranks, both, named = [], [], []
    for family in bench.validation:
        weak = [said[id(unit)][0] for unit in family if unit.is_weak]
        sound = [said[id(unit)][0] for unit in family if not unit.is_weak]
        if weak and sound:
            ranks.append(np.mean([one > other for one in weak for other in sound]))
            both.append(max(weak) >= threshold > max(sound))
    named = [said[id(unit)][1] == unit.label for unit in units if unit.is_weak]
    row = {"rank": float(np.mean(ranks)), "pairs": float(np.mean(both))}
    row["cwe"] = float(np.mean(named))
    if suite:
        row["suite rank"], row["suite pairs"] = on_suite(bench, model, suite, threshold)
    return row


def on_suite(
    bench: Bench, model: WeaknessDetector, suite: Sequence[Row], threshold: float
) -> tuple[float, float]:
    """Return how often a weak row scores above its twin, and pair accuracy at the threshold."""
    pairs: dict[str, dict[bool, float]] = {}
    for row in suite:
        encoded = (
            labelled_unit
            for unit in units_of(Source("", row.code)).units
            if (
                labelled_unit := labelled.clean_unit(
                    unit, bench.tokenizer, bench.recipe.shape.context
                )
            ).anchors
        )
        top = max((logit for logit, _ in verdicts(model, list(encoded))), default=-99.0)
        pairs.setdefault(row.pair, {})[row.is_weak] = top
    whole = [sides for sides in pairs.values() if len(sides) == 2]
    ranks = [float(sides[True] > sides[False]) for sides in whole]
    right = [sides[True] >= threshold > sides[False] for sides in whole]
    return float(np.mean(ranks)), float(np.mean(right))


if __name__ == "__main__":
    main()
