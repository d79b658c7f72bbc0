"""Learns the linear models (`weakspot.model.hashed`) that judge beside the networks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from weakspot.code import facts
from weakspot.core.errors import DataError
from weakspot.model import hashed, words
from weakspot.model.hashed import placed, to_bytes
from weakspot.train import parallel, stages
from weakspot.train.labelled import Family
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import written_families

WORDS_STRENGTH = 2.0  # inverse of the L2 penalty
FACTS_STRENGTH = 8.0
AT_ONCE = 100  # texts that travel to a process together

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Linears:
    """Files of a model folder, and what its manifest says of each; empty where there is none."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    words: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)


def learn(recipe: Recipe, run: RunFolder, makers: stages.Makers, labels: Sequence[str]) -> Linears:
    """Fit the models that the recipe weighs.

    Words learn from written pairs alone: more composed programs would teach them how those are
    composed. Facts say less of style, and learn from all.
    """
    wanted = recipe.calibration
    if not wanted.words_weight and not wanted.facts_weight:
        return Linears()
    text_of = load_tokenizer(run).decode
    pairs = written_families(recipe, run, labels)
    files: dict[str, bytes] = {}
    settings: dict[str, dict[str, float]] = {"words": {}, "facts": {}}
    if wanted.words_weight:
        files[words.FILE], bias = fit(pairs, text_of, words.counted, words.SIZE, WORDS_STRENGTH)
        settings["words"] = {"bias": bias, "weight": wanted.words_weight}
    if wanted.facts_weight:
        composed = stages.composed_families(recipe, run, makers, labels)
        grafts = stages.grafted_families(recipe, run, labels)
        files[hashed.FACTS_FILE], bias = fit(
            [*pairs, *composed, *grafts],
            text_of,
            facts.counted,
            hashed.FACTS_SIZE,
            FACTS_STRENGTH,
        )
        settings["facts"] = {"bias": bias, "weight": wanted.facts_weight}
    return Linears(files, settings["words"], settings["facts"])


def fit(
    families: Sequence[Family],
    text_of: Callable[[Sequence[int]], str],
    counts_of: Callable[[str], Counts],
    size: int,
    strength: float,
) -> tuple[bytes, float]:
    """Fit on the units of families, weak against sound; returns the model's file and its bias.

    `text_of` reads the ids of a unit, `counts_of` (a function of a module) counts what a text
    holds; `size` is the number of places, a power of two, and `strength` the inverse of the L2
    penalty.

    Raises:
        DataError: there are no families to learn from.
    """
    units = [unit for family in families for unit in family]
    if not any(unit.is_weak for unit in units):
        raise DataError("the recipe weighs words or facts, but no phase learns from written pairs")
    counts = parallel.mapped(counts_of, (text_of(unit.ids) for unit in units), AT_ONCE)
    counted = _matrix([placed(found, size) for found in counts], size)
    scaler = TfidfTransformer().fit(counted)
    model = LogisticRegression(
        C=strength, class_weight="balanced", max_iter=400, solver="liblinear"
    )
    model.fit(scaler.transform(counted), [unit.is_weak for unit in units])
    return to_bytes(model.coef_[0], scaler.idf_), float(model.intercept_[0])


def _matrix(
    found: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]], size: int
) -> csr_matrix:
    starts = np.cumsum([0, *(len(places) for places, _ in found)])
    columns = np.concatenate([places for places, _ in found])
    values = np.concatenate([often for _, often in found])
    return csr_matrix((values, columns, starts), shape=(len(found), size))
