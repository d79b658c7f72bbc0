"""Everything that is fitted after training: calibration, thresholds and the first stage."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Example
from weakspot.core.score import Thresholds
from weakspot.core.unit import Unit
from weakspot.model.calibration import Calibration
from weakspot.model.screen import Screen
from weakspot.model.tokens import Tokenizer
from weakspot.train import corpus, pair_file, stages
from weakspot.train.assemble import (
    Calibrated,
    Score,
    asked_from,
    calibrated,
    gated,
    on_all_processors,
    screened,
)
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import drilled_examples

CALIBRATION_UNITS = 30_000
SCREEN_FAMILIES = 3  # composed for each mechanism to learn the first stage
SCREEN_CLEAN = 60_000
SCREEN_STRIDE = 4  # every fourth unit of the corpus is tried for a weakness to put in
ASKED_CLEAN = 3_000  # clean units on which is told how often the other networks are asked
SCREEN_CHECKED = 4_000  # weak units that the first stage is checked on


@dataclass(frozen=True, slots=True)
class Measured:
    """What the manifest of a model folder says beyond its weights."""

    calibration: Calibration
    thresholds: Thresholds
    screen_weights: bytes
    screen_settings: Mapping[str, Any]
    measures: Mapping[str, float]
    asked_from: float


def measure(
    recipe: Recipe,
    run: RunFolder,
    makers: stages.Makers,
    validation: Sequence[Family],
    score: Score,
    first: Score,
    added: Callable[[LabelledUnit], float],
) -> Measured:
    """Fit on held-out mechanisms and on the run's calibration packages.

    `score` is what all networks say together, `first` what the first one says alone, `added` what
    the linear models add to either's verdict.
    """
    mechanisms = makers.mechanisms()
    tokenizer = load_tokenizer(run)
    path = run.need(run.calibration, "corpus")
    clean = stages.clean_units(
        path, tokenizer, recipe.shape.context, CALIBRATION_UNITS, recipe.seed
    )
    wanted = recipe.calibration
    fitted = calibrated(
        validation,
        clean,
        score,
        len(stages.labels_of(mechanisms)),
        wanted.budget,
        wanted.tests_budget,
    )
    weights, settings = first_stage(recipe, run, makers, fitted, score, added)
    last_look = settings.get("gate", settings)
    measures = dict(fitted.measures) | {"screen_passes": last_look["passed_share"]}
    lowest = asked_from(fitted, first, wanted.beside_recall) if recipe.beside else 0.0
    if recipe.beside:
        alone = on_all_processors(first, clean[:ASKED_CLEAN])
        asked = [fitted.calibration.probability(v, cwes) >= lowest for v, cwes, _ in alone]
        measures["beside_asked"] = sum(asked) / max(1, len(asked))
    return Measured(fitted.calibration, fitted.thresholds, weights, settings, measures, lowest)


def first_stage(
    recipe: Recipe,
    run: RunFolder,
    makers: stages.Makers,
    fitted: Calibrated,
    score: Score,
    added: Callable[[LabelledUnit], float],
) -> tuple[bytes, dict[str, Any]]:
    """Learn which units are worth a network's time; returns the weights and how they are used."""
    mechanisms, tokenizer = makers.mechanisms(), load_tokenizer(run)
    path, wanted = run.need(run.calibration, "corpus"), recipe.calibration
    held = stages.held_out(mechanisms, recipe.embedded.held_out)
    known = [name for name in sorted(mechanisms) if name not in held]
    suspects = _units(makers.compose(known, SCREEN_FAMILIES, recipe.seed + 2))
    must_pass = _weak_units(
        makers.compose(sorted(held), stages.VALIDATION_FAMILIES, recipe.seed + 3)
    )
    if recipe.embedded.phases[-1].injected:
        some = islice(corpus.read(run.corpus), 0, None, SCREEN_STRIDE)
        injected = list(makers.inject(some, recipe.seed))
        suspects += [pair.weak for pair in injected]
        must_pass += [pair.weak for pair in makers.inject(corpus.read(path), recipe.seed)]
    if recipe.embedded.phases[-1].written:
        labels = stages.labels_of(mechanisms)
        suspects += _units(drilled_examples(recipe, labels))
        must_pass += _weak_units(drilled_examples(recipe, labels, held_out=True))
    share = recipe.embedded.held_out
    for pair in pair_file.every(recipe, run):
        (must_pass if pair_file.is_held_out(pair, share) else suspects).append(pair.weak)
    must_pass = _findable(must_pass, tokenizer, recipe, score, fitted)
    seen = corpus.sample(run.corpus, SCREEN_CLEAN, recipe.seed)
    background = corpus.sample(path, SCREEN_CLEAN, recipe.seed)
    recall = wanted.screen_recall
    weights, settings = screened(suspects, seen, must_pass, background, recall, wanted.screen_share)
    if wanted.gate_share:

        def facts(unit: Unit) -> float:
            return added(stages.clean_unit(unit, tokenizer, recipe.shape.context))

        screen = Screen.read(weights, settings)
        settings["gate"] = gated(screen, facts, must_pass, background, recall, wanted.gate_share)
    return weights, settings


def _findable(
    units: Sequence[Unit], tokenizer: Tokenizer, recipe: Recipe, score: Score, fitted: Calibrated
) -> list[Unit]:
    """Return the weak units that the model reports: only those can be lost by the first stage."""
    draw = random.Random(recipe.seed)  # noqa: S311  reproducible sample, no secret
    chosen = draw.sample(list(units), min(SCREEN_CHECKED, len(units)))
    encoded = [(unit, stages.clean_unit(unit, tokenizer, recipe.shape.context)) for unit in chosen]
    whole = [(unit, one) for unit, one in encoded if one.anchors]
    said = on_all_processors(score, [one for _, one in whole])
    return [
        unit
        for (unit, _), (verdict, cwes, _) in zip(whole, said, strict=True)
        if fitted.calibration.probability(verdict, cwes) >= fitted.thresholds.default
    ]


def _units(examples: Iterable[Example]) -> list[Unit]:
    """Return the units that hold a marked line, or would if the example were weak."""
    grouped: dict[str, list[Example]] = {}
    for example in examples:
        grouped.setdefault(example.family, []).append(example)
    found: list[Unit] = []
    for sides in grouped.values():
        names = {unit.name for side in sides for unit in _marked(side)}
        for side in sides:
            units = units_of(Source("", side.code)).units
            found += [unit for unit in units if unit.name in names]
    return found


def _weak_units(examples: Iterable[Example]) -> list[Unit]:
    return [unit for example in examples for unit in _marked(example)]


def _marked(example: Example) -> list[Unit]:
    if not example.role.is_weak:
        return []
    return [
        unit for unit in units_of(Source("", example.code)).units if unit.lines_at(example.lines)
    ]
