"""Learns the linear model over statements (`weakspot.model.sites`).

The statements that carry a weakness against all of sound sides and of real code. Which of a sound
function's statements matter is not marked: in rounds, the one that looks weakest so far comes to
count as much as a weak one does, and the others hardly (as in multiple-instance learning, Andrews
et al. 2002). Of real code there is far more than can be learnt from: a first fit on some of it
chooses the statements of all of it that look weakest. The other statements of weak sides say
nothing of themselves and are left out.
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
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer
from weakspot.train.written import written_families

CLEAN_UNITS = 60_000
CLEAN_AT_FIRST = 8_000  # of these, whose statements are all learnt from at first
SUSPECTS = 3  # statements of a clean unit that are learnt from then, the weakest-looking ones
COMPOSED_OFTEN = 0.25  # what a composed program counts where a written pair counts one
SOUND_OFTEN = 8.0  # what a sound side counts where the weak one counts one
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

    def chosen(self, which: NDArray[np.bool_]) -> "Statements":
        """Return those that a mask of [statements] chooses."""
        places = [self.places[at] for at in np.flatnonzero(which).tolist()]
        return Statements(places, self.unit[which], self.often[which], self.weak[which])

    def beside(self, others: "Statements") -> "Statements":
        """Return these and others, whose units are numbered on."""
        after = self.unit.max(initial=-1) + 1
        return Statements(
            [*self.places, *others.places],
            np.concatenate([self.unit, others.unit + after]),
            np.concatenate([self.often, others.often]),
            np.concatenate([self.weak, others.weak]),
        )


def learn(
    recipe: Recipe, run: RunFolder, makers: stages.Makers, labels: Sequence[str]
) -> tuple[bytes, dict[str, float | str]]:
    """Fit the model that the recipe weighs; returns its file and its settings.

    Every written pair counts in the form that it was written in, and a graft or fix `real_weight`
    times as much as one of them.
    """
    tokenizer = load_tokenizer(run)
    drawn = list(_labelled(recipe, run, makers, labels))
    path, limit = run.need(run.corpus, "corpus"), recipe.shape.context
    clean = stages.clean_units(path, tokenizer, limit, CLEAN_UNITS, recipe.seed, makers)
    told = parallel.mapped(
        partial(_told, tokenizer), [*(unit for unit, _ in drawn), *clean], AT_ONCE
    )
    units, often = [unit for unit, _ in drawn], [often for _, often in drawn]
    learnt = fit(
        statements(units, told[: len(units)], often),
        statements(clean, told[len(units) :], [1.0] * len(clean)),
    )
    weight = recipe.calibration.sites_weight
    settings = {"bias": learnt.bias, "weight": weight, "unread": learnt.unread}
    return learnt.data, {**settings, "reading": reading()}


def _labelled(
    recipe: Recipe, run: RunFolder, makers: stages.Makers, labels: Sequence[str]
) -> Iterator[tuple[LabelledUnit, float]]:
    """Yield units of labelled code to learn from, and how often each counts."""
    plain = dataclasses.replace(recipe, embedded=dataclasses.replace(recipe.embedded, variants=1))
    real = pair_file.every(recipe, run) if recipe.calibration.real_weight else ()
    groups = (
        (written_families(plain, run, labels), 1.0),
        (stages.composed_families(recipe, run, makers, labels), COMPOSED_OFTEN),
        (stages.real_families(real, recipe, run, labels), recipe.calibration.real_weight),
    )
    for families, often in groups:
        for unit in (unit for family in families for unit in family):
            yield unit, often if unit.is_weak else often * SOUND_OFTEN


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


def fit(labelled: Statements, clean: Statements) -> Learnt:
    """Fit weak statements of labelled code against all others, those of clean code among them.

    Raises:
        DataError: there is nothing weak to learn from.
    """
    if not labelled.weak.any():
        raise DataError("the recipe weighs statements, and none that it learns from is weak")
    some = labelled.beside(clean.chosen(clean.unit < CLEAN_AT_FIRST))
    counted = _matrix(some.places)
    scaler = TfidfTransformer().fit(counted)
    model = LogisticRegression(
        C=STRENGTH, class_weight="balanced", max_iter=100, solver="liblinear", tol=1e-3
    )
    model.fit(scaler.transform(counted), some.weak, sample_weight=_evenly(some))
    given = labelled
    if clean.places:
        scores = model.decision_function(scaler.transform(_matrix(clean.places)))
        given = labelled.beside(clean.chosen(_weakest(scores, clean.unit, SUSPECTS)))
    scaled, counts = scaler.transform(_matrix(given.places)), _evenly(given)
    for _ in range(ROUNDS - 1):
        scores = model.decision_function(scaled)
        counts = (counts + _unevenly(given, scores)) / 2.0
        model.fit(scaled, given.weak, sample_weight=counts)
    worst = _highest(given, model.decision_function(scaled))
    unread = float(np.median(worst[np.isfinite(worst)]))
    return Learnt(to_bytes(model.coef_[0], scaler.idf_), float(model.intercept_[0]), unread)


def _evenly(given: Statements) -> NDArray[np.float64]:
    """Return what each statement counts: a weak one all, sound ones share what their unit does."""
    spread = 1.0 / np.bincount(given.unit)[given.unit]
    return given.often * np.where(given.weak, 1.0, spread)


def _unevenly(given: Statements, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what each counts where the one that looks weakest of a sound unit counts most."""
    spread = EASY / np.bincount(given.unit)[given.unit]
    counts_all = given.weak | (scores >= _highest(given, scores)[given.unit])
    return given.often * np.where(counts_all, 1.0, spread)


def _highest(given: Statements, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the highest score of the sound statements of each unit; minus infinity for none."""
    highest = np.full(given.unit.max() + 1, -np.inf)
    np.maximum.at(highest, given.unit[~given.weak], scores[~given.weak])
    return highest


def _weakest(scores: NDArray[np.float64], unit: NDArray[np.int64], most: int) -> NDArray[np.bool_]:
    """Choose up to `most` statements of each unit, those of the highest scores."""
    order = np.lexsort((-scores, unit))
    begins = np.searchsorted(unit[order], unit[order])
    chosen = np.zeros(len(unit), dtype=np.bool_)
    chosen[order[np.arange(len(order)) - begins < most]] = True
    return chosen


def _matrix(places: Sequence[Places]) -> csr_matrix:
    starts = np.cumsum([0, *map(len, places)])
    columns = np.concatenate(places)
    values = np.ones(len(columns), dtype=np.float32)
    return csr_matrix((values, columns, starts), shape=(len(places), sites.SIZE))
