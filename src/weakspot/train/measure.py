"""Everything that is fitted after training: calibration, thresholds and the first stage."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from weakspot.core.score import Thresholds
from weakspot.model.calibration import Calibration
from weakspot.train import first_stage, stages
from weakspot.train.assemble import Score, asked_from, calibrated, on_all_processors
from weakspot.train.first_stage import FirstStage
from weakspot.train.labelled import Family, LabelledUnit
from weakspot.train.makers import Makers
from weakspot.train.recipe import Recipe
from weakspot.train.run import RunFolder, load_tokenizer

CALIBRATION_UNITS = 30_000
ASKED_CLEAN = 3_000  # clean units on which is told how often the other networks are asked


@dataclass(frozen=True, slots=True)
class Measured:
    """What the manifest of a model folder says beyond its weights."""

    calibration: Calibration
    thresholds: Thresholds
    first_stage: FirstStage
    measures: Mapping[str, float]
    asked_from: float


def measure(
    recipe: Recipe,
    run: RunFolder,
    makers: Makers,
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
    stage = first_stage.learn(recipe, run, makers, fitted, score, added)
    measures = {**fitted.measures, **stage.measures}
    lowest = asked_from(fitted, first, wanted.beside_recall) if recipe.beside else 0.0
    if recipe.beside:
        alone = on_all_processors(first, clean[:ASKED_CLEAN])
        asked = [fitted.calibration.probability(v, cwes) >= lowest for v, cwes, _ in alone]
        measures["beside_asked"] = sum(asked) / max(1, len(asked))
    return Measured(fitted.calibration, fitted.thresholds, stage, measures, lowest)
