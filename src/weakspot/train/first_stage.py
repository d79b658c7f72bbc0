"""Learns the first stage on data of its own, and measures what it keeps (decisions 1 and 25)."""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from weakspot.code.source import Source
from weakspot.code.units import units_of
from weakspot.core.example import Example
from weakspot.core.unit import Unit
from weakspot.model.screen import Gate, Screen
from weakspot.model.tokens import Tokenizer
from weakspot.train import corpus, labelled, pair_file, stages
from weakspot.train.assemble import Calibrated, Score, gated, on_all_processors, screened
from weakspot.train.labelled import LabelledUnit
from weakspot.train.makers import Makers
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import drilled_examples, written

FAMILIES = 3  # composed for each mechanism to learn from
CLEAN = 60_000
STRIDE = 4  # every fourth unit of the corpus is tried for a weakness to put in
CHECKED = 4_000  # weak units that it is checked on


@dataclass(frozen=True, slots=True)
class FirstStage:
    """The screen's weights, how screen and gate are used, and what was measured on the way."""

    weights: bytes
    settings: Mapping[str, Any]
    measures: Mapping[str, float]


def learn(
    recipe: Recipe,
    run: RunFolder,
    makers: Makers,
    fitted: Calibrated,
    score: Score,
    added: Callable[[LabelledUnit], float],
) -> FirstStage:
    """Learn which units are worth a network's time.

    `score` and `fitted` say what the whole model flags, `added` what the linear models add to it.
    """
    tokenizer, wanted = load_tokenizer(run), recipe.calibration
    suspects, others = _units_to_learn(recipe, run, makers)
    must_pass = _findable(others, tokenizer, recipe, score, fitted)
    seen = corpus.sample(run.corpus, CLEAN, recipe.seed)
    background = corpus.sample(run.need(run.calibration, "corpus"), CLEAN, recipe.seed)
    recall = wanted.screen_recall
    weights, settings = screened(suspects, seen, must_pass, background, recall, wanted.screen_share)
    screen = Screen.read(weights, settings)

    def said(unit: Unit) -> float:
        return added(labelled.clean_unit(unit, tokenizer, recipe.shape.context))

    last = settings
    if wanted.gate_share:
        last = gated(screen, said, must_pass, background, recall, wanted.gate_share)
        settings["gate"] = last
    kept = sum(_passes(unit, screen, Gate.read(settings), said) for unit in must_pass)
    measures = {
        "screen_passes": last["passed_share"],
        "screen_keeps": kept / max(1, len(must_pass)),
    }
    return FirstStage(weights, settings, measures)


def _passes(unit: Unit, screen: Screen, gate: Gate | None, added: Callable[[Unit], float]) -> bool:
    words = screen.score(unit)
    if words < screen.threshold:
        return False
    return gate is None or gate.passes(words, added(unit))


def _units_to_learn(
    recipe: Recipe, run: RunFolder, makers: Makers
) -> tuple[list[Unit], list[Unit]]:
    """Return units to learn from, weak or not, and weak ones of mechanisms that are held out."""
    mechanisms, share = makers.mechanisms(), recipe.embedded.held_out
    last, labels = recipe.embedded.phases[-1], stages.labels_of(mechanisms)
    held = stages.held_out(mechanisms, share)
    known = [name for name in sorted(mechanisms) if name not in held]
    suspects = _units(makers.compose(known, FAMILIES, recipe.seed + 2))
    must_pass = _weak_units(
        makers.compose(sorted(held), stages.VALIDATION_FAMILIES, recipe.seed + 3)
    )
    if last.injected:
        unseen = stages.held_out_rewrites(makers.rewrites(), share)
        some = islice(corpus.read(run.corpus), 0, None, STRIDE)
        learnt = makers.inject(some, recipe.seed)
        suspects += [pair.weak for pair in learnt if pair.mechanism not in unseen]
        rest = makers.inject(corpus.read(run.need(run.calibration, "corpus")), recipe.seed)
        must_pass += [pair.weak for pair in rest if pair.mechanism in unseen]
    if last.written:
        suspects += _units(written(recipe, labels))
        must_pass += _weak_units(drilled_examples(recipe, labels, held_out=True))
    for pair in pair_file.every(recipe, run):
        (must_pass if pair_file.is_held_out(pair, share) else suspects).append(pair.weak)
    return suspects, must_pass


def _findable(
    units: Sequence[Unit], tokenizer: Tokenizer, recipe: Recipe, score: Score, fitted: Calibrated
) -> list[Unit]:
    """Return the weak units that the model reports: only those can be lost by the first stage."""
    draw = random.Random(recipe.seed)  # noqa: S311  reproducible sample, no secret
    chosen = draw.sample(list(units), min(CHECKED, len(units)))
    encoded = [
        (unit, labelled.clean_unit(unit, tokenizer, recipe.shape.context)) for unit in chosen
    ]
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
