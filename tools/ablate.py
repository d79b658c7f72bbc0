"""Trains short variants of the embedded model and tells what each choice of a recipe is worth.

    python tools/ablate.py runs/nano-9 recipes/nano-9.toml [--suite FILE ...] [--variant NAME ...]

The run needs its corpus and its vocabulary (`weakspot train corpus`, `… tokenizer`). Every variant
begins from nothing, is pre-trained on as many tokens of the corpus in as many steps, and is
fine-tuned for as many steps of the recipe's last phase, unless its name says otherwise. What is
told comes from what the recipe holds out, at the score that 1 % of units of the calibration
packages reach. A suite is measured on, never chosen by. Rows go to ``ablation.jsonl`` of the run
folder; a variant that stands there is not trained again.
"""

import argparse
import dataclasses
import hashlib
import json
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch

from weakspot.cli.train import Generators, say
from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Role
from weakspot.evaluate.suites import read_suite
from weakspot.model.tokens import Tokenizer
from weakspot.networks.encoder import Encoder, WeaknessDetector
from weakspot.train import corpus, embedded, labelled, pretrain, reading, stages
from weakspot.train.batching import FamilySupply
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.loop import is_finished
from weakspot.train.precision import products
from weakspot.train.recipe import EmbeddedRecipe, PhaseRecipe, PretrainRecipe, Recipe, load_recipe
from weakspot.train.run import RunFolder, load_tokenizer

CLEAN = 4_000  # calibration units that the threshold is read from
LEARNT_CLEAN = 20_000  # clean units that variants learn from
BUDGET = 0.01  # share of the calibration units flagged
WARM_UP = 0.05  # share of the steps of pre-training
EACH = 2  # families composed for a mechanism
VALIDATED = 1_500  # held-out families that are judged
AT_ONCE = 32
NOTHING = -99.0  # what a row without units scores


@dataclasses.dataclass(frozen=True)
class Variant:
    """One departure from the base.

    `share` is that of the mechanisms (composed ones, rewrites, drills) learnt from, `read` that of
    the steps of pre-training; `as_written` leaves out the forms with other names.
    """

    recipe: Callable[[EmbeddedRecipe], EmbeddedRecipe] = lambda recipe: recipe
    phase: Callable[[PhaseRecipe], PhaseRecipe] = lambda phase: phase
    reading: Callable[[PretrainRecipe], PretrainRecipe] = lambda recipe: recipe
    roles: frozenset[Role] = frozenset(Role)
    share: float = 1.0
    read: float = 1.0
    as_written: bool = False


Part = TypeVar("Part", EmbeddedRecipe, PhaseRecipe, PretrainRecipe)


def changed(**fields: float) -> Callable[[Part], Part]:
    """Return what replaces fields of a part of a recipe."""
    return lambda recipe: dataclasses.replace(recipe, **fields)  # type: ignore[arg-type]


VARIANTS = {
    "the recipe": Variant(),
    "no pre-training": Variant(read=0.0),
    "a quarter of the pre-training": Variant(read=0.25),
    "half of the pre-training": Variant(read=0.5),
    "masked tokens alone": Variant(reading=changed(exchanged=0.0, exchanged_weight=0.0)),
    "exchanged tokens alone": Variant(reading=changed(mask=0.0)),
    "an eighth of the mechanisms": Variant(share=0.125),
    "a quarter of the mechanisms": Variant(share=0.25),
    "half of the mechanisms": Variant(share=0.5),
    "pairs in place of quadruples": Variant(roles=frozenset({Role.VULNERABLE, Role.FIXED})),
    "no margin between the sides": Variant(changed(pair_weight=0.0)),
    "no line head": Variant(changed(line_weight=0.0)),
    "no clean code": Variant(changed(clean_weight=0.0)),
    "weight decay 0.4": Variant(changed(weight_decay=0.4)),
    "names as written": Variant(as_written=True),
    "nothing written": Variant(phase=changed(written=0.0)),
    "no changes to real functions": Variant(phase=changed(injected=0.0, grafted=0.0)),
}


@dataclasses.dataclass(frozen=True)
class Bench:
    """What all variants share; `suites` has for each the units of a pair's two sides."""

    recipe: Recipe
    run: RunFolder
    tokenizer: Tokenizer
    labels: tuple[str, ...]
    kinds: Mapping[str, Sequence[Family]]
    clean: Sequence[LabelledUnit]
    validation: Sequence[Family]
    unseen: Sequence[LabelledUnit]
    suites: Mapping[str, Sequence[Mapping[bool, Sequence[LabelledUnit]]]]


def main() -> None:
    """Train what is missing and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--read", type=int, default=320, help="steps of pre-training")
    parser.add_argument("--steps", type=int, default=120, help="steps of fine-tuning")
    parser.add_argument("--variant", action="append", choices=list(VARIANTS))
    parser.add_argument("--suite", type=Path, action="append", default=[])
    given = parser.parse_args()
    out = given.run / "ablation.jsonl"
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    rows = [json.loads(line) for line in lines]
    steps = {"recipe": given.recipe.stem, "read": given.read, "steps": given.steps}
    columns = {f"{path.stem}: rank" for path in given.suite}
    known = {row["variant"] for row in rows if {**row, **steps} == row and columns <= {*row}}
    bench = prepared(given.recipe, given.run, given.suite)
    for name in given.variant or VARIANTS:
        if name in known:
            continue
        model = trained(bench, VARIANTS[name], given.read, given.steps)
        row = {"variant": name, **steps, **judged(bench, model)}
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


def prepared(recipe_path: Path, folder: Path, suites: Sequence[Path]) -> Bench:
    """Make the data once."""
    recipe = load_recipe(recipe_path)
    fewer = dataclasses.replace(recipe.embedded, per_mechanism=EACH)
    recipe = dataclasses.replace(recipe, embedded=fewer)
    run, tokenizer = RunFolder(folder), load_tokenizer(RunFolder(folder))
    makers = Generators(recipe.embedded.leave_out)
    labels, limit = stages.labels_of(makers.mechanisms()), recipe.shape.context
    held = stages.validation(recipe, run, makers, say)
    random.Random(recipe.seed).shuffle(held)  # noqa: S311
    return Bench(
        recipe,
        run,
        tokenizer,
        labels,
        stages.drawn_from(recipe, recipe.embedded.phases[-1], run, makers, labels),
        stages.clean_units(run.corpus, tokenizer, limit, LEARNT_CLEAN, recipe.seed, makers),
        held[:VALIDATED],
        stages.clean_units(run.calibration, tokenizer, limit, CLEAN, recipe.seed),
        {path.stem: pairs_of(path, tokenizer, limit) for path in suites},
    )


def pairs_of(
    path: Path, tokenizer: Tokenizer, limit: int
) -> list[Mapping[bool, Sequence[LabelledUnit]]]:
    """Return the units of both sides of every whole pair of a suite; weak is True."""
    pairs: dict[str, dict[bool, list[LabelledUnit]]] = {}  # a side of several rows is one
    for row in read_suite(path):
        encoded = (
            labelled.clean_unit(unit, tokenizer, limit)
            for unit in units_of(Source("", row.code)).units
        )
        units = [unit for unit in encoded if unit.anchors]
        pairs.setdefault(row.pair, {}).setdefault(row.is_weak, []).extend(units)
    return [sides for sides in pairs.values() if len(sides) == 2]


def trained(bench: Bench, variant: Variant, read: int, steps: int) -> WeaknessDetector:
    """Return a detector trained as the variant says."""
    seed = bench.recipe.seed
    recipe = variant.recipe(bench.recipe.embedded)
    torch.compiler.reset()  # what was compiled for the variant before would count against this one
    torch.manual_seed(seed)
    shape = stages.shape_of(bench.recipe, bench.tokenizer, len(bench.labels))
    encoder = Encoder(shape, recipe.dropout)
    if shortly := round(variant.read * read):
        said = variant.reading(bench.recipe.pretrain)
        warm_up = round(WARM_UP * shortly)
        folder = pretrained(bench, dataclasses.replace(said, steps=shortly, warm_up=warm_up))
        pretrain.load_pretrained(encoder, folder)
    torch.manual_seed(seed)  # the same heads, whether or not something was pre-trained before
    model = WeaknessDetector(encoder)
    phase = variant.phase(dataclasses.replace(bench.recipe.embedded.phases[-1], steps=steps))
    kinds = {name: kept(families, variant) for name, families in bench.kinds.items()}
    supply = FamilySupply(stages.mixed(kinds, phase, seed), bench.clean, recipe, seed)
    folder = bench.run.path / "ablation"
    for old in folder.glob("*"):
        old.unlink()
    embedded.finetune(model, supply, recipe, phase, folder, seed, lambda _: None)
    return model.eval()


def kept(families: Sequence[Family], variant: Variant) -> list[Family]:
    """Return what a variant learns from: its mechanisms, forms and sides."""
    names = {family[0].family for family in families}
    found = []
    for family in families:
        first = family[0]
        drawn = random.Random(f"mechanism {first.mechanism}").random()  # noqa: S311
        is_renamed = first.family.rpartition("/")[0] in names
        if drawn < variant.share and not (variant.as_written and is_renamed):
            found.append(tuple(unit for unit in family if unit.role in variant.roles))
    return [family for family in found if family]


def pretrained(bench: Bench, recipe: PretrainRecipe) -> Path:
    """Pre-train from nothing, on the corpus as it comes; returns the folder of the run."""
    plain = dataclasses.replace(recipe, suspect=0.0, written=0.0)
    whole = dataclasses.replace(bench.recipe, pretrain=plain)
    said = corpus.digest(bench.run.corpus), bench.tokenizer.to_json()
    decides = (plain, whole.seed, whole.shape, said)
    digest = hashlib.sha256(repr(decides).encode()).hexdigest()[:12]
    folder = bench.run.path / f"ablation-read-{plain.steps}-{digest}"
    if is_finished(folder, plain.steps):
        return folder
    tokens = reading.texts(whole, bench.run, bench.labels, lambda _: None)
    torch.manual_seed(bench.recipe.seed)
    encoder = Encoder(stages.shape_of(bench.recipe, bench.tokenizer, 1))
    known, seed = bench.tokenizer, bench.recipe.seed
    pretrain.pretrain(encoder, tokens, known, plain, folder, seed, lambda _: None)
    return folder


@torch.inference_mode()
def verdicts(model: WeaknessDetector, units: Sequence[LabelledUnit]) -> list[tuple[float, int]]:
    """Return the verdict's logit and the leading CWE of every unit."""
    order = sorted(range(len(units)), key=lambda at: len(units[at].ids))
    found: list[tuple[float, int]] = [(0.0, 0)] * len(units)
    for start in range(0, len(order), AT_ONCE):
        part = order[start : start + AT_ONCE]
        with products():
            out = embedded.forward(model, embedded.collate([units[at] for at in part], 1.0))
        leading = out.cwes.float().argmax(-1).tolist()
        for at, logit, cwe in zip(part, out.verdict.float().tolist(), leading, strict=True):
            found[at] = (logit, cwe)
    return found


def judged(bench: Bench, model: WeaknessDetector) -> dict[str, float]:
    """Return what is held out, and the suites, say at the budget of clean units."""
    clean = [logit for logit, _ in verdicts(model, bench.unseen)]
    threshold = float(np.quantile(clean, 1.0 - BUDGET))
    units = [unit for family in bench.validation for unit in family]
    said = verdicts(model, units)
    named = [cwe == unit.label for unit, (_, cwe) in zip(units, said, strict=True) if unit.is_weak]
    logits = {id(unit): logit for unit, (logit, _) in zip(units, said, strict=True)}
    families = [
        {
            weak: [logits[id(unit)] for unit in family if unit.is_weak is weak]
            for weak in (True, False)
        }
        for family in bench.validation
    ]
    row = told("held out", families, threshold) | {"CWE": float(np.mean(named))}
    for name, pairs in bench.suites.items():
        every = [unit for pair in pairs for units in pair.values() for unit in units]
        found = {
            id(unit): logit for unit, (logit, _) in zip(every, verdicts(model, every), strict=True)
        }
        tops = [
            {
                weak: [max((found[id(unit)] for unit in units), default=NOTHING)]
                for weak, units in pair.items()
            }
            for pair in pairs
        ]
        row |= told(name, tops, threshold)
    return row


def told(
    name: str, families: Sequence[Mapping[bool, Sequence[float]]], threshold: float
) -> dict[str, float]:
    """Return how often a weak side scores above a sound one, and how many families are right."""
    whole = [sides for sides in families if sides[True] and sides[False]]
    ranks = [
        np.mean([one > other for one in sides[True] for other in sides[False]]) for sides in whole
    ]
    right = [min(sides[True]) >= threshold > max(sides[False]) for sides in whole]
    return {f"{name}: rank": float(np.mean(ranks)), f"{name}: pairs": float(np.mean(right))}


if __name__ == "__main__":
    main()
