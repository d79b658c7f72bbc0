"""Measures an exported graph on unseen code and fills in what a model folder must say about it."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from weakspot.core.score import Thresholds
from weakspot.core.unit import Unit
from weakspot.model.calibration import Calibration, sigmoid
from weakspot.model.screen import Gate, Screen
from weakspot.train import calibrate, screening
from weakspot.train.labelled import Family, LabelledUnit

T = TypeVar("T")
R = TypeVar("R")
WORDS_BESIDE = 0.5  # what the screen's score counts in the second look (decision 25)
Score = Callable[[LabelledUnit], tuple[float, Sequence[float], float]]  # verdict, cwes, context


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Calibration, thresholds, and what was measured on the way (for the model card).

    `flagged` are the units of all that were scored that reach the default threshold.
    """

    calibration: Calibration
    thresholds: Thresholds
    measures: Mapping[str, float]
    flagged: Sequence[LabelledUnit] = ()


def calibrated(
    validation: Sequence[Family],
    clean: Sequence[LabelledUnit],
    score: Score,
    labels: int,
    budget: float,
    tests_budget: float,
) -> Calibrated:
    """Fit calibration and thresholds with the very graph that will be shipped."""
    units = [unit for family in validation for unit in family]
    scored = on_all_processors(score, units)
    background = [_brief(one) for one in on_all_processors(score, clean)]
    weak = [_brief(s) for s, unit in zip(scored, units, strict=True) if unit.is_weak]
    twins = [_brief(s) for s, unit in zip(scored, units, strict=True) if not unit.is_weak]
    verdict, naming = calibrate.fit_named_verdict(weak, twins, background, labels)
    cwe_logits: list[float] = []
    cwe_targets: list[float] = []
    for (_, logits, _), unit in zip(scored, units, strict=True):
        if unit.is_weak:
            cwe_logits += [float(value) for value in logits]
            cwe_targets += [float(index == unit.label) for index in range(labels)]
    shared = calibrate.fit_platt(cwe_logits, cwe_targets, [1.0] * len(cwe_logits))
    context = calibrate.fit_platt(
        [s[2] for s in scored],
        [float(unit.needs_context) for unit in units],
        [1.0] * len(units),
    )
    calibration = Calibration(verdict, (shared,) * labels, context, naming)
    groups = [
        [probability(calibration, unit) for unit in group] for group in (weak, twins, background)
    ]
    chosen = calibrate.thresholds(groups[2], budget, tests_budget)
    measures = _measures(chosen, *groups)
    measures["cwe_right"] = _cwe_right(scored, units)
    flagged = [calibration.probability(s[0], s[1]) >= chosen.default for s in scored]
    measures["pair_accuracy"] = _pair_accuracy(validation, units, flagged)
    found = [unit for unit, is_flagged in zip(units, flagged, strict=True) if is_flagged]
    found += [unit for unit, p in zip(clean, groups[2], strict=True) if p >= chosen.default]
    return Calibrated(calibration, chosen, measures, found)


def asked_from(fitted: Calibrated, first: Score, recall: float) -> float:
    """Return the probability by the first network from which the others are asked.

    It lets `recall` of what all of them flag through, and never lies above the threshold.
    """
    said = on_all_processors(first, fitted.flagged)
    alone = sorted(fitted.calibration.probability(verdict, cwes) for verdict, cwes, _ in said)
    if not alone:
        return 0.0
    return round(min(alone[int(len(alone) * (1.0 - recall))], fitted.thresholds.default), 6)


def on_all_processors(run: Callable[[T], R], units: Iterable[T]) -> list[R]:
    """Run the model on units, in their order: its engine does not hold the interpreter."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(run, units))


def _brief(scored: tuple[float, Sequence[float], float]) -> calibrate.Scored:
    return calibrate.Scored.of(scored[0], scored[1])


def probability(calibration: Calibration, unit: calibrate.Scored) -> float:
    """Return what `Calibration.probability` returns, from the leading CWE alone."""
    naming = calibration.naming
    named = 0.0 if naming is None else naming.weight * unit.named + naming.shifts[unit.top]
    return sigmoid(calibration.verdict.scale * unit.verdict + calibration.verdict.shift + named)


def screened(
    suspects: Sequence[Unit],
    clean: Sequence[Unit],
    must_pass: Sequence[Unit],
    background: Sequence[Unit],
    recall: float,
    share: float,
) -> tuple[bytes, dict[str, Any]]:
    """Learn the first stage and set its threshold so that `recall` of `must_pass` gets through.

    `background` is unseen real code. At least `share` of it passes, for weak code that people
    wrote is less like what the first stage has learnt; how much passes is recorded.
    """
    weights, scale, bias = screening.learn(suspects, clean)
    raw = Screen.read(weights, {"scale": scale, "bias": bias, "threshold": 0.0})
    around = [raw.score(unit) for unit in background]
    threshold = _let_through([raw.score(unit) for unit in must_pass], around, recall, share)
    settings = {
        "scale": scale,
        "bias": bias,
        "threshold": threshold,
        "recall": recall,
        "share": share,
        "passed_share": round(sum(score >= threshold for score in around) / max(1, len(around)), 4),
    }
    return weights, settings


def gated(
    screen: Screen,
    added: Callable[[Unit], float],
    must_pass: Sequence[Unit],
    background: Sequence[Unit],
    recall: float,
    share: float,
) -> dict[str, Any]:
    """Set the threshold of the second look (`weakspot.model.screen.Gate`) as `screened` does.

    `added` is what all linear models add to a unit's verdict. `recall` is of what the screen lets
    through of `must_pass`, `share` of all of `background`.
    """
    gate = Gate(WORDS_BESIDE, 0.0, statements=True)

    def scores(units: Sequence[Unit]) -> list[float]:
        passed = [(unit, screen.score(unit)) for unit in units]
        return [gate.score(s, added(unit)) for unit, s in passed if s >= screen.threshold]

    around = scores(background)
    of_passed = min(1.0, share * len(background) / max(1, len(around)))
    threshold = _let_through(scores(must_pass), around, recall, of_passed)
    return {
        "words_weight": gate.words_weight,
        "statements": gate.statements,
        "threshold": threshold,
        "share": share,
        "passed_share": round(sum(s >= threshold for s in around) / max(1, len(background)), 4),
    }


def _let_through(
    must_pass: Sequence[float], around: Sequence[float], recall: float, share: float
) -> float:
    """Return the score that `recall` of the ones and at least `share` of the others reach."""
    scores = sorted(must_pass)
    threshold = scores[int(len(scores) * (1.0 - recall))] if scores else 0.0
    falling = sorted(around, reverse=True)
    if falling:
        threshold = min(threshold, falling[min(len(falling) - 1, int(len(falling) * share))])
    return threshold


def _measures(
    chosen: Thresholds, weak: Sequence[float], twins: Sequence[float], clean: Sequence[float]
) -> dict[str, float]:
    """Measure probabilities of the three groups, which they were fitted on, at the threshold."""
    groups = {"recall": weak, "twins_flagged": twins, "clean_flagged": clean}
    found = {
        name: sum(p >= chosen.default for p in group) / max(1, len(group))
        for name, group in groups.items()
    }
    shares = (calibrate.PREVALENCE, calibrate.SOUND_TWINS)
    weights = [shares[0] / max(1, len(weak))] * len(weak)
    weights += [shares[1] / max(1, len(twins))] * len(twins)
    weights += [(1 - sum(shares)) / max(1, len(clean))] * len(clean)
    probabilities = [*weak, *twins, *clean]
    targets = [1.0] * len(weak) + [0.0] * (len(twins) + len(clean))
    found["ece"] = calibrate.expected_calibration_error(probabilities, targets, weights)
    return found


def _cwe_right(
    scored: Sequence[tuple[float, Sequence[float], float]], units: Sequence[LabelledUnit]
) -> float:
    hits = [
        max(range(len(logits)), key=logits.__getitem__) == unit.label
        for (_, logits, _), unit in zip(scored, units, strict=True)
        if unit.is_weak
    ]
    return sum(hits) / max(1, len(hits))


def _pair_accuracy(
    validation: Sequence[Family], units: Sequence[LabelledUnit], flagged: Sequence[bool]
) -> float:
    """Share of families whose every unit is on the right side of the threshold."""
    said = {id(unit): is_flagged for unit, is_flagged in zip(units, flagged, strict=True)}
    right = [all(said[id(unit)] == unit.is_weak for unit in family) for family in validation]
    return sum(right) / max(1, len(right))
