"""Places the mechanisms that a model was trained on in its own view of code."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from weakspot.model.mechanisms import Mechanisms
from weakspot.train import corpus, labelled, stages
from weakspot.train.assemble import on_all_processors
from weakspot.train.labelled import LabelledUnit, families
from weakspot.train.makers import Makers
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import written

EACH = 4  # families composed for a mechanism
MOST = 40  # weak units whose mean stands for a mechanism


def learnt(
    recipe: Recipe,
    run: RunFolder,
    makers: Makers,
    labels: Sequence[str],
    summary: Callable[[LabelledUnit], Any],
) -> Mechanisms:
    """Summarise weak units of every mechanism that was learnt from, written pairs too.

    `summary` returns the model's vector [width] of a unit.
    """
    known, tokenizer = makers.mechanisms(), load_tokenizer(run)
    limit = recipe.shape.context
    held = stages.held_out(known, recipe.embedded.held_out)
    composed = makers.compose([name for name in sorted(known) if name not in held], EACH, 0)
    grouped = families(composed, tokenizer, labels, limit)
    if recipe.embedded.phases[-1].injected:
        held_real = stages.held_out_rewrites(makers.rewrites(), recipe.embedded.held_out)
        pairs = makers.inject(corpus.read(run.need(run.calibration, "corpus")), recipe.seed)
        kept = (pair for pair in pairs if pair.mechanism not in held_real)
        grouped += labelled.injected(kept, tokenizer, labels, limit)
    if recipe.embedded.phases[-1].written:
        grouped += families(written(recipe, labels), tokenizer, labels, limit)
    chosen: defaultdict[tuple[str, str], list[LabelledUnit]] = defaultdict(list)
    for unit in (unit for family in grouped for unit in family if unit.is_weak):
        cwe = labels[unit.label]
        found = chosen[unit.mechanism.removeprefix(f"{cwe}/"), cwe]
        if len(found) < MOST:
            found.append(unit)
    names = sorted(chosen)
    units = [unit for name in names for unit in chosen[name]]
    vectors = iter(on_all_processors(summary, units))
    means = np.array(
        [np.mean([next(vectors) for _ in chosen[name]], axis=0) for name in names], np.float32
    )
    return Mechanisms([name for name, _ in names], [cwe for _, cwe in names], means)
