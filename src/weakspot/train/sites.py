"""Learns the linear model over statements (`weakspot.model.sites`).

The statements that carry a weakness against all of sound sides and of real code. Which of a sound
function's statements matter is not marked: in rounds, the one that looks weakest so far comes to
count as much as a weak one does, and the others hardly (as in multiple-instance learning, Andrews
et al. 2002). The other statements of weak sides say nothing of themselves and are left out.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression

from weakspot.code.sites import reading, sites_of
from weakspot.core.errors import DataError
from weakspot.model import sites
from weakspot.model.hashed import to_bytes
from weakspot.model.tokens import Tokenizer
from weakspot.train import pair_file, parallel, stages
from weakspot.train.labelled import LabelledUnit
from weakspot.train.makers import Makers
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import written_families

CLEAN_UNITS = 8_000
COMPOSED_OFTEN = 0.25  # what a composed program counts where a written pair counts one
CLEAN_OFTEN = 0.25
READ_OFTEN = 4.0  # what a function counts that looked weak, was read, and is sound
ROUNDS = 3
EASY = 0.2  # what all statements of a sound unit together count beside the one that looks weakest
STRENGTH = 8.0  # inverse of the L2 penalty
AT_ONCE = 100  # units that travel to a process together

Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Statements:
    """What is learnt from: for each statement its places, its unit, and how often it counts.

    `weak` says which carry a weakness. Arrays are of one length, [statements].
    """

    places: Sequence[Places]
    unit: NDArray[np.int64]
    often: NDArray[np.float64]
    weak: NDArray[np.bool_]


def learn(
    recipe: Recipe, run: RunFolder, makers: Makers, labels: Sequence[str]
) -> tuple[bytes, dict[str, float | str]]:
    """Fit the model that the recipe weighs; returns its file and its settings.

    Every written pair counts in the form that it was written in, and a graft or fix `real_weight`
    times as much as one of them.
    """
    tokenizer = load_tokenizer(run)
    drawn = list(_units(recipe, run, makers, labels))
    units = [unit for unit, _ in drawn]
    told = parallel.mapped(partial(_told, tokenizer), units, AT_ONCE)
    learnt = fit(statements(units, told, [often for _, often in drawn]))
    weight = recipe.calibration.sites_weight
    settings = {"bias": learnt.bias, "weight": weight, "unread": learnt.unread}
    return learnt.data, {**settings, "reading": reading()}


def _units(
    recipe: Recipe, run: RunFolder, makers: Makers, labels: Sequence[str]
) -> Iterator[tuple[LabelledUnit, float]]:
    """Yield units to learn from, and how often each counts."""
    plain = dataclasses.replace(recipe, embedded=dataclasses.replace(recipe.embedded, variants=1))
    real = pair_file.every(recipe, run) if recipe.calibration.real_weight else ()
    groups = (
        (written_families(plain, run, labels), 1.0),
        (stages.composed_families(recipe, run, makers, labels), COMPOSED_OFTEN),
        (stages.real_families(real, recipe, run, labels), recipe.calibration.real_weight),
    )
    for families, often in groups:
        yield from ((unit, often) for family in families for unit in family)
    yield from ((unit, READ_OFTEN) for unit in stages.hard_units(recipe, run))
    limit, path = recipe.shape.context, run.need(run.corpus, "corpus")
    clean = stages.clean_units(path, load_tokenizer(run), limit, CLEAN_UNITS, recipe.seed, makers)
    yield from ((unit, CLEAN_OFTEN) for unit in clean)


def _told(tokenizer: Tokenizer, unit: LabelledUnit) -> list[tuple[tuple[int, ...], Places]]:
    """Return the lines of each statement of a unit, and the places of what is told of it."""
    found = sites_of(tokenizer.decode(unit.ids), len(unit.anchors))
    return [(site.lines, sites.places_of(site.features)) for site in found]


def statements(
    units: Sequence[LabelledUnit],
    told: Sequence[Sequence[tuple[Sequence[int], Places]]],
    often: Sequence[float],
) -> Statements:
    """Put together the statements to learn from; `told` has those of each unit with their lines."""
    rows: list[tuple[Places, int, float, bool]] = []
    for number, (unit, each, counts) in enumerate(zip(units, told, often, strict=True)):
        for lines, places in each:
            is_weak = not set(unit.lines).isdisjoint(lines)
            if is_weak or not unit.is_weak:
                rows.append((places, number, counts, is_weak))
    return Statements(
        [row[0] for row in rows],
        np.array([row[1] for row in rows], dtype=np.int64),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3] for row in rows], dtype=np.bool_),
    )


@dataclass(frozen=True, slots=True)
class Learnt:
    """The model's file, its bias, and what half of the sound units score at their weakest."""

    data: bytes
    bias: float
    unread: float


def fit(given: Statements) -> Learnt:
    """Fit weak statements against the others.

    Raises:
        DataError: there is nothing weak to learn from.
    """
    weak, unit = given.weak, given.unit
    if not weak.any():
        raise DataError("the recipe weighs statements, and none that it learns from is weak")
    counted = _matrix(given.places)
    scaler = TfidfTransformer().fit(counted)
    scaled = scaler.transform(counted)
    spread = 1.0 / np.bincount(unit)[unit]  # of a unit that counts once, over its statements
    counts = given.often * np.where(weak, 1.0, spread)
    model = LogisticRegression(
        C=STRENGTH, class_weight="balanced", max_iter=100, solver="liblinear", tol=1e-3
    )
    for _ in range(ROUNDS):
        model.fit(scaled, weak, sample_weight=counts)
        scores = model.decision_function(scaled)
        worst = np.full(unit.max() + 1, -np.inf)
        np.maximum.at(worst, unit[~weak], scores[~weak])
        counts_now = np.where(weak | (scores >= worst[unit]), 1.0, EASY * spread)
        counts = (counts + given.often * counts_now) / 2.0
    unread = float(np.median(worst[np.isfinite(worst)]))
    return Learnt(to_bytes(model.coef_[0], scaler.idf_), float(model.intercept_[0]), unread)


def _matrix(places: Sequence[Places]) -> csr_matrix:
    starts = np.cumsum([0, *map(len, places)])
    columns = np.concatenate(places)
    values = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((values, columns, starts), shape=(len(places), sites.SIZE))
