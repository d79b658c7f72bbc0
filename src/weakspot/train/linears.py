"""Learns the linear models (`weakspot.model.hashed`) that judge beside the networks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import MultinomialNB

from weakspot.code import facts
from weakspot.core.errors import DataError
from weakspot.model import hashed, kinds, words
from weakspot.model import sites as sites_model
from weakspot.model.hashed import placed, to_bytes
from weakspot.train import pair_file, parallel, sites, stages, start
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.makers import Makers
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import written_families

WORDS_STRENGTH = 2.0  # inverse of the L2 penalty
FACTS_STRENGTH = 8.0
KINDS_SMOOTHING = 0.02  # added to every count (Lidstone)
AT_ONCE = 100  # texts that travel to a process together

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Linears:
    """Files of a model folder, and what its manifest says of each model; empty for none."""

    files: Mapping[str, bytes]
    settings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Lessons:
    """Units to learn from, what was counted in each, and how often each counts."""

    units: Sequence[LabelledUnit]
    counts: Sequence[Counts]
    often: Sequence[float]

    @classmethod
    def of(
        cls,
        families: Sequence[Family],
        text_of: Callable[[Sequence[int]], str],
        counts_of: Callable[[str], Counts],
        weights: Sequence[float] = (),
    ) -> "Lessons":
        """Count in all units of the families, each of which counts its weight, or once.

        `text_of` reads the ids of a unit, `counts_of` (a function of a module) counts what a text
        holds.
        """
        units = [unit for family in families for unit in family]
        each = weights or [1.0] * len(families)
        often = [weight for family, weight in zip(families, each, strict=True) for _ in family]
        texts = (text_of(unit.ids) for unit in units)
        return cls(units, parallel.mapped(counts_of, texts, AT_ONCE), often)


def learn(recipe: Recipe, run: RunFolder, makers: Makers, labels: Sequence[str]) -> Linears:
    """Fit the models that the recipe weighs.

    Words learn from written pairs alone: more composed programs would teach them how those are
    composed. Facts say less of style, and learn from composed programs, grafts and fixes, too.
    """
    wanted = recipe.calibration
    files: dict[str, bytes] = {}
    settings: dict[str, dict[str, Any]] = {"words": {}, "facts": {}, "kinds": {}, "sites": {}}
    if wanted.facts_weight and wanted.facts_of_start:
        files[hashed.FACTS_FILE], settings["facts"] = _facts_of_start(recipe)
    if wanted.sites_weight:
        files[sites_model.FILE], settings["sites"] = sites.learn(recipe, run, makers, labels)
    fits_facts = bool(wanted.facts_weight) and not wanted.facts_of_start
    if not (wanted.words_weight or fits_facts or wanted.kinds_weight):
        return Linears(files, settings)
    text_of = load_tokenizer(run).decode
    pairs = written_families(recipe, run, labels)
    if wanted.words_weight:
        lessons = Lessons.of(pairs, text_of, words.counted)
        files[words.FILE], bias = fit(lessons, words.SIZE, WORDS_STRENGTH)
        settings["words"] = {"bias": bias, "weight": wanted.words_weight}
    if fits_facts or wanted.kinds_weight:
        others = [*pairs, *stages.composed_families(recipe, run, makers, labels)]
        pairs_of_code = pair_file.every(recipe, run) if wanted.real_weight else ()
        real = stages.real_families(pairs_of_code, recipe, run, labels)
        heavy = wanted.real_weight * recipe.embedded.variants
        weights = [1.0] * len(others) + [heavy] * len(real)
        lessons = Lessons.of([*others, *real], text_of, facts.counted, weights)
        if fits_facts:
            files[hashed.FACTS_FILE], bias = fit(lessons, hashed.FACTS_SIZE, FACTS_STRENGTH)
            settings["facts"] = {"bias": bias, "weight": wanted.facts_weight}
        if wanted.kinds_weight:
            files[kinds.FILE], step = fit_kinds(lessons, len(labels), wanted.kinds_weight)
            settings["kinds"] = {"step": step}
    return Linears(files, settings)


def _facts_of_start(recipe: Recipe) -> tuple[bytes, dict[str, Any]]:
    """Return the start's model over facts, and its settings with the recipe's weight.

    Raises:
        DataError: the start has none.
    """
    before = start.opened(recipe)
    if before is None or hashed.FACTS_FILE not in before.files:
        raise DataError(
            f"{recipe.start} has no linear model over facts", hint="set facts_of_start = false"
        )
    weight = {"weight": recipe.calibration.facts_weight}
    return before.files[hashed.FACTS_FILE], {**before.manifest.facts, **weight}


def fit(lessons: Lessons, size: int, strength: float) -> tuple[bytes, float]:
    """Fit weak against sound; returns the model's file and its bias.

    `size` is the number of places, a power of two, and `strength` the inverse of the L2 penalty.

    Raises:
        DataError: there is nothing weak to learn from.
    """
    weak = [unit.is_weak for unit in lessons.units]
    if not any(weak):
        raise DataError("the recipe weighs words or facts, but no phase learns from written pairs")
    counted = _matrix([placed(found, size) for found in lessons.counts], size)
    scaler = TfidfTransformer().fit(counted)
    model = LogisticRegression(
        C=strength, class_weight="balanced", max_iter=400, solver="liblinear"
    )
    model.fit(scaler.transform(counted), weak, sample_weight=lessons.often)
    return to_bytes(model.coef_[0], scaler.idf_), float(model.intercept_[0])


def fit_kinds(lessons: Lessons, labels: int, weight: float) -> tuple[bytes, float]:
    """Fit which of `labels` CWEs weak units have; returns the model's file and its step.

    `weight` is the standard deviation of what it adds to the logits, over what it learnt from. A
    CWE that nothing is about gets the least that any gets.
    """
    chosen = [at for at, unit in enumerate(lessons.units) if unit.is_weak]
    found = [placed(lessons.counts[at], kinds.SIZE) for at in chosen]
    counted = _matrix(found, kinds.SIZE)
    scaler = TfidfTransformer().fit(counted)
    scaled = scaler.transform(counted)
    model = MultinomialNB(alpha=KINDS_SMOOTHING, fit_prior=False)
    model.fit(
        scaled,
        [lessons.units[at].label for at in chosen],
        sample_weight=[lessons.often[at] for at in chosen],
    )
    table = np.repeat(model.feature_log_prob_.min(axis=0)[:, None], labels, axis=1)
    table[:, model.classes_] = model.feature_log_prob_.T
    table -= table.mean(axis=1, keepdims=True)
    deviation = float(np.std(scaled @ table)) or 1.0
    return kinds.to_bytes(table, scaler.idf_, weight / deviation)


def _matrix(
    found: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]], size: int
) -> csr_matrix:
    starts = np.cumsum([0, *(len(places) for places, _ in found)])
    columns = np.concatenate([places for places, _ in found])
    values = np.concatenate([often for _, often in found])
    return csr_matrix((values, columns, starts), shape=(len(found), size))
